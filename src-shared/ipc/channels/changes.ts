/** What the desk changes, and what of it needs a person afterwards. */
import { z } from 'zod';
import { Guest, ROOM_STATUSES, StayFields } from '../../model/entities.ts';
import { ConflictId, OperationId, RoomId, StayId } from '../../model/ids.ts';
import { CANCEL_REASONS, STAY_FIELDS } from '../../sync/changes.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { ConflictItem, ConflictView, ReturnedWork, RoomChoice } from '../views.ts';

const RECORDED = [...NOT_LOCKED, 'forbidden', 'not-found', 'log-unavailable', 'disk-full'] as const;
const text = z.string().trim().min(1);
const Email = z.email().max(254);

export const CHANGES_CHANNELS = {
  /** The guest of a stay that is being worked on. A phone number is given as it was typed. */
  'guest.change': channel(
    z.strictObject({
      stayId: StayId,
      changes: z
        .strictObject({
          name: text.max(200),
          nameLatin: text.max(200).nullable(),
          phone: text.max(40).nullable(),
          email: Email.nullable(),
          company: text.max(200).nullable(),
          vehiclePlate: Guest.shape.vehiclePlate,
        })
        .partial(),
    }),
    z.null(),
    [...RECORDED, 'sensitive-number', 'phone-does-not-fit'],
  ),
  'stay.change': channel(
    z.strictObject({ stayId: StayId, changes: StayFields.pick(STAY_FIELDS).partial() }),
    z.null(),
    [...RECORDED, 'house-rule'],
  ),
  'stay.checkOut': channel(z.strictObject({ stayId: StayId }), z.null(), [...RECORDED, 'house-rule']),
  'stay.cancel': channel(z.strictObject({ stayId: StayId, reason: z.enum(CANCEL_REASONS) }), z.null(), [
    ...RECORDED,
    'house-rule',
  ]),
  /** Takes a cancellation back. */
  'stay.reinstate': channel(z.strictObject({ stayId: StayId }), z.null(), [...RECORDED, 'house-rule']),
  'room.setStatus': channel(z.strictObject({ roomId: RoomId, status: z.enum(ROOM_STATUSES) }), z.null(), RECORDED),
  /** Rooms for a stay, the fitting ones first. */
  'room.list': channel(z.strictObject({ stayId: StayId }), z.array(RoomChoice), RECORDED),

  'returned.list': channel(nothing, z.array(ReturnedWork), [...NOT_LOCKED, 'forbidden']),
  'returned.drop': channel(z.strictObject({ operationId: OperationId }), z.null(), RECORDED),
  'conflict.list': channel(nothing, z.array(ConflictItem), [...NOT_LOCKED, 'forbidden']),
  'conflict.open': channel(z.strictObject({ conflictId: ConflictId }), ConflictView, RECORDED),
  /** With what was in view; `text` is what was made of both. */
  'conflict.settle': channel(
    z.strictObject({
      conflictId: ConflictId,
      seq: z.int().min(0),
      choice: z.enum(['held', 'brought', 'combined']),
      text: text.max(200).optional(),
    }),
    z.null(),
    [...RECORDED, 'invalid-input', 'not-at-this-terminal'],
  ),
} as const satisfies Record<string, Channel>;
