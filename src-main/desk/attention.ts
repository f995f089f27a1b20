/** What needs a person: work that the server sent back, and fields that two have changed without knowing of one another. */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { ConflictItem, ConflictView, ReturnedWork } from '../../src-shared/ipc/views.ts';
import { mask } from '../../src-shared/mask/index.ts';
import type { ConflictSide, MergedName, Stay } from '../../src-shared/model/entities.ts';
import type { ConflictId, OperationId, StayId } from '../../src-shared/model/ids.ts';
import {
  GUEST_SEALED_FIELDS,
  type GuestSealedField,
  sealedClassOf,
  sealedMaskKind,
} from '../../src-shared/model/registry.ts';
import { isWithheld } from '../../src-shared/model/sealed-field.ts';
import { mayHold } from '../../src-shared/policy/index.ts';
import { CHANGE_ACTION_OF, type Change, COMBINABLE_FIELDS } from '../../src-shared/sync/changes.ts';
import type { OpenConflict } from '../store/conflicts.ts';
import type { Unsettled } from '../store/outbox.ts';
import { change } from './change-record.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refusal, refuse, refused } from './desk.ts';
import { maskContacts } from './mask-guest.ts';

/** Work of this terminal that the server did not take, the oldest first, with what to do about it. Kept until somebody has. */
export function listReturned(desk: Desk): IpcResult<ReturnedWork[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'guest.find');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  const { outbox, employees } = desk.cache;
  const common = ({ operation, reason }: Returned) => ({
    operationId: operation.id,
    reason: reason ?? 'invalid',
    at: operation.at,
    by: employees.get(operation.employeeId)?.name ?? '–',
  });
  const changes = outbox.refusedChanges().map(
    (one): ReturnedWork => ({
      ...common(one),
      kind: one.operation.kind,
      mayDrop: mayDo(who, CHANGE_ACTION_OF[one.operation.kind]).allowed,
      ...aboutChange(desk, one.operation),
    }),
  );
  // The folio shows its lines, and is where they are dropped.
  const postings = outbox.refusedPostings().map(
    (one): ReturnedWork => ({
      ...common(one),
      kind: one.operation.kind,
      mayDrop: false,
      ...whoAndWhere(desk, one.operation.postings[0]?.stayId ?? null, null),
      fields: [],
    }),
  );
  return ok([...changes, ...postings].toSorted((one, other) => one.at - other.at));
}

type Returned = Pick<Unsettled, 'operation' | 'reason'>;

/** Somebody has dealt with what came back, and it is not to be asked about again. */
export function dropReturned(desk: Desk, { operationId }: { readonly operationId: OperationId }): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const found = desk.cache.outbox.refusedChanges().find(({ operation }) => operation.id === operationId);
  if (found === undefined) return refuse('not-found');
  const type = CHANGE_ACTION_OF[found.operation.kind];
  const decision = mayDo(who, type);
  const stay = stayOf(desk, found.operation);
  const about = stay === null ? {} : { stayId: stay.id, guestId: stay.guestId };
  if (!decision.allowed) return refused(desk, who, decision, { type, ...about });
  record(desk, who, { type, outcome: 'allowed', reason: 'dropped', ...about });
  desk.cache.outbox.drop(operationId);
  desk.kickSync();
  return ok(null);
}

/** Fields that wait for a person: whose, which, and by whom; no value. */
export function listConflicts(desk: Desk): IpcResult<ConflictItem[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'guest.find');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  return ok(desk.cache.conflicts.open().map((conflict) => itemOf(desk, who, conflict)));
}

/** Both values of a conflict, side by side: sealed ones as masks. Recorded before it is answered. */
export function openConflict(desk: Desk, { conflictId }: { readonly conflictId: ConflictId }): IpcResult<ConflictView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'conflict.settle');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'conflict.open' });
  const conflict = desk.cache.conflicts.get(conflictId);
  if (conflict === null) return refuse('not-found');
  const item = itemOf(desk, who, conflict);
  record(desk, who, {
    type: 'conflict.open',
    outcome: 'allowed',
    field: conflict.field,
    ...(conflict.guestId !== null && { guestId: conflict.guestId }),
  });
  return ok({
    ...item,
    seq: conflict.seq,
    held: sideOf(desk, conflict, conflict.held),
    brought: sideOf(desk, conflict, conflict.brought),
    isCombinable: conflict.entity === 'guest' && COMBINABLE_FIELDS.some((field) => field === conflict.field),
  });
}

/** Settles a conflict with what was in view. @returns `not-found` when either value has changed since, or it is settled */
export function settleConflict(
  desk: Desk,
  input: {
    readonly conflictId: ConflictId;
    readonly seq: number;
    readonly choice: 'held' | 'brought' | 'combined';
    readonly text?: string | undefined;
  },
): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'conflict.settle');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'conflict.settle' });
  const conflict = desk.cache.conflicts.get(input.conflictId);
  if (conflict === null || conflict.seq !== input.seq) return refuse('not-found');
  if (!maySettle(who, conflict)) return refuse('forbidden');
  const { choice, text = '' } = input;
  if (choice === 'combined' && text === '') return refuse('invalid-input', { field: 'text' });
  const { entity, rowId, field } = conflict;
  const value = { held: null, brought: conflict.brought.value, combined: text }[choice];
  if (typeof value === 'object' && value !== null && isWithheld(value)) return refuse('not-at-this-terminal');
  const about = {
    kind: 'conflict.settle',
    conflictId: conflict.id,
    entity,
    rowId,
    field,
    choice,
    value,
    base: conflict.seq,
  } as const;
  const stayId = stayIdOf(desk, entity, rowId);
  return change(desk, who, about, stayId === null ? null : desk.cache.stays.get(stayId));
}

/** A sealed value is chosen by whoever could look at it. */
function maySettle({ employee, ...who }: Presence, { entity, field }: OpenConflict): boolean {
  if (!mayDo({ employee, ...who }, 'conflict.settle').allowed) return false;
  const sealed = sealedFieldOf(entity, field);
  return sealed === null || mayHold(employee.role, { scope: 'see', class: sealedClassOf(sealed) });
}

function itemOf(desk: Desk, who: Presence, conflict: OpenConflict): ConflictItem {
  const { entity, rowId, field } = conflict;
  const stayId = stayIdOf(desk, entity, rowId);
  return {
    id: conflict.id,
    entity,
    field,
    openedAt: conflict.openedAt,
    maySettle: maySettle(who, conflict),
    ...whoAndWhere(desk, stayId, entity === 'room' ? rowId : null),
  };
}

function sideOf(desk: Desk, { entity, field, rowId }: OpenConflict, side: ConflictSide): ConflictView['held'] {
  return {
    text: textOf(desk, { entity, field, rowId }, side.value),
    by: side.by === null ? null : (desk.cache.employees.get(side.by)?.name ?? '–'),
    terminal: side.device === null ? null : (desk.cache.devices.get(side.device)?.name ?? null),
    at: side.at,
  };
}

/** A value as it is shown; a room by its number, a sealed value by its mask, made once more. */
function textOf(
  desk: Desk,
  { entity, field, rowId }: { readonly entity: MergedName; readonly field: string; readonly rowId: string },
  value: ConflictSide['value'],
): string | null {
  if (value === null) return null;
  if (typeof value === 'object') {
    const sealed = sealedFieldOf(entity, field);
    const guest = desk.cache.guests.held(rowId)?.row;
    return sealed === null || guest === undefined ? '••••' : mask(sealedMaskKind(guest, sealed), value.mask);
  }
  if (field === 'roomId') return desk.cache.rooms.get(String(value))?.number ?? '–';
  return String(value);
}

function sealedFieldOf(entity: MergedName, field: string): GuestSealedField | null {
  return GUEST_SEALED_FIELDS.find((name) => entity === 'guest' && name === field) ?? null;
}

function aboutChange(desk: Desk, operation: Change): Pick<ReturnedWork, 'stayId' | 'guest' | 'room' | 'fields'> {
  const stay = stayOf(desk, operation);
  const roomId = 'roomId' in operation ? operation.roomId : null;
  const entity = operation.kind === 'guest.change' ? 'guest' : 'stay';
  const changes = 'changes' in operation ? operation.changes : {};
  return {
    ...whoAndWhere(desk, stay?.id ?? null, roomId),
    fields: Object.entries(changes).map(([field, value]) => ({
      field,
      text: textOf(desk, { entity, field, rowId: stay?.guestId ?? '' }, value),
    })),
  };
}

function stayOf(desk: Desk, operation: Change): Pick<Stay, 'id' | 'guestId'> | null {
  if ('stayId' in operation) return desk.cache.stays.get(operation.stayId);
  const id = operation.kind === 'guest.change' ? stayIdOf(desk, 'guest', operation.guestId) : null;
  return id === null ? null : desk.cache.stays.get(id);
}

/** The stay on whose record a row is seen: a guest's newest one, for a room whoever is in it. */
function stayIdOf(desk: Desk, entity: MergedName, rowId: string): StayId | null {
  if (entity === 'stay') return desk.cache.stays.held(rowId)?.row.id ?? null;
  if (entity === 'room') return desk.cache.stays.currentIn(rowId)[0]?.id ?? null;
  return desk.cache.stays.newestOf(rowId);
}

function whoAndWhere(
  desk: Desk,
  stayId: StayId | null,
  roomId: string | null,
): Pick<ConflictItem, 'stayId' | 'guest' | 'room'> {
  const row = stayId === null ? null : desk.cache.stays.listRow(stayId);
  return {
    stayId,
    guest: row === null ? null : maskContacts(row).name,
    room: roomId === null ? (row?.roomNumber ?? null) : (desk.cache.rooms.get(roomId)?.number ?? null),
  };
}
