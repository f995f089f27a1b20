/** The hotel the stories are told in. */
import { BusinessDate } from '../../src-shared/model/ids.ts';

export const PLAN = { seed: 7, businessDate: BusinessDate.parse('2026-03-18'), guests: 400, rooms: 200 } as const;
