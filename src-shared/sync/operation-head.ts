import { z } from 'zod';
import { EmployeeId, Instant, OperationId } from '../model/ids.ts';

/** What every operation says of itself. Its id is a ULID: it is applied once, however often it is sent. */
export const operation = <K extends string>(kind: K) =>
  z.strictObject({ id: OperationId, kind: z.literal(kind), employeeId: EmployeeId, at: Instant });
