/** Identifiers. Each entity has its own brand, so that a room id cannot be passed where a guest id is meant. */
import { z } from 'zod';

const ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID of 26 characters');

/** Short name of a property, chosen when it is founded; first part of every key on the server. */
export const PropertyId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{2,31}$/, 'a property id: 3 to 32 of a-z, 0-9 and -')
  .brand('PropertyId');
export const RoomId = ulid.brand('RoomId');
export const GuestId = ulid.brand('GuestId');
export const StayId = ulid.brand('StayId');
export const EmployeeId = ulid.brand('EmployeeId');
export const DeviceId = ulid.brand('DeviceId');
export const NoteId = ulid.brand('NoteId');
export const GrantId = ulid.brand('GrantId');
export const EntitlementId = ulid.brand('EntitlementId');
export const CaseId = ulid.brand('CaseId');
export const SecurityKeyId = ulid.brand('SecurityKeyId');
export const OperationId = ulid.brand('OperationId');
export const ConflictId = ulid.brand('ConflictId');
export const RecoveryKeyId = ulid.brand('RecoveryKeyId');
export const PostingId = ulid.brand('PostingId');

export type PropertyId = z.infer<typeof PropertyId>;
export type RoomId = z.infer<typeof RoomId>;
export type GuestId = z.infer<typeof GuestId>;
export type StayId = z.infer<typeof StayId>;
export type EmployeeId = z.infer<typeof EmployeeId>;
export type DeviceId = z.infer<typeof DeviceId>;
export type NoteId = z.infer<typeof NoteId>;
export type GrantId = z.infer<typeof GrantId>;
export type EntitlementId = z.infer<typeof EntitlementId>;
export type CaseId = z.infer<typeof CaseId>;
export type SecurityKeyId = z.infer<typeof SecurityKeyId>;
export type OperationId = z.infer<typeof OperationId>;
export type ConflictId = z.infer<typeof ConflictId>;
export type RecoveryKeyId = z.infer<typeof RecoveryKeyId>;
export type PostingId = z.infer<typeof PostingId>;

/** A hotel's accounting day, `YYYY-MM-DD` in the property's own calendar; it changes at the night audit, not at midnight. */
export const BusinessDate = z.iso.date().brand('BusinessDate');
export type BusinessDate = z.infer<typeof BusinessDate>;

/** Name of a field: letters only, so that no number gets in by mistake. */
export const FieldName = z.string().regex(/^[A-Za-z]{1,40}$/);

/** Milliseconds since 1970-01-01T00:00:00Z, up to the last one that a Date can hold (ECMA-262 §21.4.1.1). */
export const Instant = z.int().min(0).max(8.64e15);
