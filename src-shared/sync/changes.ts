/**
 * What the desk does to guests, stays and rooms, as it is pushed: each change names the fields it changes and the version of each that it
 * was made from (DESIGN §7). What a change does to the rows, both sides read here.
 */
import { z } from 'zod';
import {
  Guest,
  key32,
  MERGED,
  type MergedName,
  ROOM_STATUSES,
  type Room,
  Stay,
  StayFields,
} from '../model/entities.ts';
import { ConflictId, FieldName, GuestId, RoomId, StayId } from '../model/ids.ts';
import { BlindIndex, SealedField } from '../model/sealed-field.ts';
import { operation } from './operation-head.ts';

const Version = z.int().min(0);
/** The seq at which each field last changed; a field that is not in it is as the row first came, which counts as 0. */
export const Versions = z.record(FieldName, Version);
export type Versions = z.infer<typeof Versions>;

interface Fields {
  readonly changes: object;
  readonly base: Versions;
}
const names = ({ changes }: Fields) => Object.keys(changes).length > 0;
const hasBases = ({ changes, base }: Fields) =>
  Object.keys(changes).every((field) => Object.hasOwn(base, field)) &&
  Object.keys(base).length === Object.keys(changes).length;
const NAMES = { path: ['changes'], error: 'one field at least' };
const HAS_BASES = { path: ['base'], error: 'the version of every field that is changed, and of no other' };

/** Sealed fields come as ciphertext, sealed where they were typed. */
const GuestChange = operation('guest.change')
  .extend({ guestId: GuestId, changes: Guest.omit({ id: true }).partial(), base: Versions })
  .refine(names, NAMES)
  .refine(hasBases, HAS_BASES);

/** What of a stay is changed by hand; its status goes by check-in and check-out. */
export const STAY_FIELDS = { roomId: true, arrival: true, departure: true, adults: true, children: true } as const;
/** Also whose it is: at the desk a document may show that the hotel has had a record of the guest all along. */
const STAY_CHANGES = { ...STAY_FIELDS, guestId: true } as const;
const StayChange = operation('stay.change')
  .extend({ stayId: StayId, changes: StayFields.pick(STAY_CHANGES).partial(), base: Versions })
  .refine(names, NAMES)
  .refine(hasBases, HAS_BASES);

/** Into the room that the person at the desk gave the key of. */
const CheckIn = operation('stay.checkIn').extend({
  stayId: StayId,
  roomId: RoomId,
  base: z.strictObject({ roomId: Version }),
});
const CheckOut = operation('stay.checkOut').extend({ stayId: StayId });
/** Who was expected and did not come. */
const NoShow = operation('stay.noShow').extend({ stayId: StayId });
/** Why somebody does not come. */
export const CANCEL_REASONS = ['guest', 'channel', 'duplicate', 'no-guarantee', 'hotel', 'by-mistake'] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];
/** Of a reservation. The reason is for the access log of whoever did it and of the server's reader; the stay is only cancelled. */
const Cancellation = operation('stay.cancel').extend({ stayId: StayId, reason: z.enum(CANCEL_REASONS) });
/** A cancellation is taken back, before the day of arrival is over: into the room it had, or none if somebody has that by now. */
const Reinstatement = operation('stay.reinstate').extend({ stayId: StayId, roomId: RoomId.nullable() });
/**
 * A reservation, or somebody without one; `guest` where the hotel does not know her yet, with the seed that what is sealed for her was
 * sealed with: made where she was taken in, so that nothing waits for the line (docs/decisions/0031-seeds-made-at-the-desk.md).
 */
export const StayCreation = operation('stay.create').extend({
  stay: Stay,
  guest: Guest.nullable(),
  /** Of a new guest, as it is sent. Null for one who is known, and while it waits in a terminal's queue: the cache holds no seed. */
  seed: key32.nullable(),
});
export type StayCreation = z.infer<typeof StayCreation>;
const RoomStatusChange = operation('room.setStatus').extend({
  roomId: RoomId,
  status: z.enum(ROOM_STATUSES),
  base: z.strictObject({ status: Version }),
});

/** One value of the two, or for text what a person made of both. */
export const ConflictSettlement = operation('conflict.settle').extend({
  conflictId: ConflictId,
  entity: z.enum(MERGED),
  rowId: z.union([GuestId, StayId, RoomId]),
  field: FieldName,
  choice: z.enum(['held', 'brought', 'combined']),
  /** What the field becomes; with `held` it stays as it is and this is null. */
  value: z.union([
    z.string().max(254),
    z.int(),
    z.boolean(),
    SealedField.extend({ index: BlindIndex.optional() }),
    z.null(),
  ]),
  /** The seq of the conflict that was in view: it has another as soon as either value does. */
  base: Version,
});
export type ConflictSettlement = z.infer<typeof ConflictSettlement>;

/** Every kind of change. */
export const CHANGES = [
  GuestChange,
  StayChange,
  CheckIn,
  CheckOut,
  NoShow,
  Cancellation,
  Reinstatement,
  StayCreation,
  RoomStatusChange,
  ConflictSettlement,
] as const;
export type Change = z.infer<(typeof CHANGES)[number]>;

/** The action of the policy that decides each. */
export const CHANGE_ACTION_OF = {
  'guest.change': 'guest.change',
  'stay.change': 'stay.change',
  'stay.checkIn': 'stay.check-in',
  'stay.checkOut': 'stay.check-out',
  'stay.noShow': 'stay.no-show',
  'stay.cancel': 'stay.cancel',
  'stay.reinstate': 'stay.cancel',
  'stay.create': 'stay.create',
  'room.setStatus': 'room.set-status',
  'conflict.settle': 'conflict.settle',
} as const satisfies { readonly [K in Change['kind']]: string };

export const CHANGE_KINDS = Object.keys(CHANGE_ACTION_OF) as Change['kind'][];

/** Text in clear of which a person can make one of two. */
export const COMBINABLE_FIELDS = ['name', 'nameLatin', 'company'] as const satisfies readonly (keyof Guest)[];

export function isChange(operation: { readonly kind: string }): operation is Change {
  return Object.hasOwn(CHANGE_ACTION_OF, operation.kind);
}

/** What a change does to one row. */
export interface Patch {
  readonly entity: MergedName;
  readonly id: string;
  readonly changes: { readonly [field: string]: unknown };
  /** Null for what follows from a change and is nobody's choice, as that a room is dirty when somebody has left it. */
  readonly base: Versions | null;
}

/**
 * What a change does to rows that are there. The first patch is what the person did, those behind it follow from it.
 * @param before the stay it is about, as it stands
 * @param roomOf rooms as they stand
 */
export function patchesOf(change: Change, before: Stay | null, roomOf: (id: string) => Room | null): Patch[] {
  switch (change.kind) {
    case 'guest.change':
      return [{ entity: 'guest', id: change.guestId, changes: change.changes, base: change.base }];
    case 'stay.change': {
      const patch: Patch = { entity: 'stay', id: change.stayId, changes: change.changes, base: change.base };
      const moved = before?.status === 'in-house' && change.changes.roomId !== undefined;
      return moved && change.changes.roomId !== before.roomId ? [patch, ...left(before, roomOf)] : [patch];
    }
    case 'stay.checkIn':
      return [
        {
          entity: 'stay',
          id: change.stayId,
          changes: { status: 'in-house', roomId: change.roomId },
          base: change.base,
        },
      ];
    case 'stay.checkOut':
      return [
        { entity: 'stay', id: change.stayId, changes: { status: 'departed' }, base: null },
        ...(before?.status === 'in-house' ? left(before, roomOf) : []),
      ];
    case 'stay.noShow':
      return [{ entity: 'stay', id: change.stayId, changes: { status: 'no-show' }, base: null }];
    case 'stay.cancel':
      return [{ entity: 'stay', id: change.stayId, changes: { status: 'cancelled' }, base: null }];
    case 'stay.reinstate': {
      // Where somebody was first, the room is hers to choose.
      const changes = { status: 'reserved', ...(before?.status === 'cancelled' && { roomId: change.roomId }) };
      return [{ entity: 'stay', id: change.stayId, changes, base: null }];
    }
    case 'room.setStatus':
      return [{ entity: 'room', id: change.roomId, changes: { status: change.status }, base: change.base }];
    case 'conflict.settle': {
      const { entity, rowId, field, choice, value } = change;
      return choice === 'held' ? [] : [{ entity, id: rowId, changes: { [field]: value }, base: null }];
    }
    case 'stay.create':
      return [
        ...(change.guest === null
          ? []
          : [{ entity: 'guest', id: change.guest.id, changes: change.guest, base: null } as const]),
        { entity: 'stay', id: change.stay.id, changes: change.stay, base: null },
      ];
  }
}

/** Whoever comes next does not find the room as it was left. */
function left({ roomId }: Stay, roomOf: (id: string) => Room | null): Patch[] {
  const room = roomId === null ? null : roomOf(roomId);
  if (room === null || room.status === 'out-of-order') return [];
  return [{ entity: 'room', id: room.id, changes: { status: 'dirty' }, base: null }];
}

/** Whether a person has said once more, and otherwise, what came back: the same thing of the same row, with all the fields it had. */
export function takesThePlaceOf(change: Change, refused: Change): boolean {
  if (change.kind !== refused.kind || targetOf(change) !== targetOf(refused)) return false;
  const fields = 'changes' in change ? Object.keys(change.changes) : [];
  return !('changes' in refused) || Object.keys(refused.changes).every((field) => fields.includes(field));
}

function targetOf(change: Change): string {
  if ('stayId' in change) return change.stayId;
  if ('guestId' in change) return change.guestId;
  if ('roomId' in change) return change.roomId;
  return change.kind === 'stay.create' ? change.stay.id : change.conflictId;
}
