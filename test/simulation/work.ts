/** What people do at a terminal of a simulation, written as the desk's use cases write it. */
import { type MergedName, ROOM_STATUSES } from '../../src-shared/model/entities.ts';
import { GuestId, NoteId, OperationId, StayId } from '../../src-shared/model/ids.ts';
import { CHANGE_ACTION_OF, COMBINABLE_FIELDS, isChange } from '../../src-shared/sync/changes.ts';
import { Operation } from '../../src-shared/sync/protocol.ts';
import type { Work } from './plan.ts';
import type { SimulatedTerminal, World } from './terminal.ts';

/** Fields whose values are sealed, with what is typed into them. */
const SEALED = {
  documentNumber: (how: number) => `X${String(how).padStart(8, '0')}`,
  cardNumber: (how: number) => withLuhn(`411111${String(how).padStart(9, '0')}`),
  dietaryNeeds: (how: number) => `no peanuts, says guest ${how}`,
} as const;
const CLASS_OF = { documentNumber: 'identity', cardNumber: 'payment', dietaryNeeds: 'preference' } as const;

/** Does a piece of work, if there is anything to do it on by now. */
export function doWork(terminal: SimulatedTerminal, world: World, work: Work): void {
  const what = workOf(terminal, world, work);
  if (what !== null) write(terminal, world, what);
}

/** Fields of an operation, without id, author and time. */
type What = { readonly kind: Operation['kind']; readonly [field: string]: unknown };

function workOf(terminal: SimulatedTerminal, world: World, { does, which, how }: Work): What | null {
  const { hotel, random } = world;
  const { cache, seeds } = terminal.running;
  // Before the first sync nobody works there.
  if (cache.stays.get(hotel.stays[0]?.id ?? StayId.parse('')) === null) return null;
  const guest = pick(hotel.guests, which);
  const stay = pick(hotel.stays, which);
  const room = pick(hotel.rooms, how);
  const base = (entity: MergedName, id: string, fields: readonly string[]) => basesOf(terminal, entity, id, fields);
  switch (does) {
    case 'note': {
      const note = {
        id: NoteId.parse(random.ulid(terminal.now)),
        guestId: guest.id,
        text: `remark ${how}`,
        authorId: hotel.manager.id,
        writtenAt: terminal.now,
      };
      return { kind: 'guestNote.add', note };
    }
    case 'unknown': {
      // Of a guest the hotel has never had: refused, and in nobody's way.
      const note = {
        id: NoteId.parse(random.ulid(terminal.now)),
        guestId: GuestId.parse(random.ulid(terminal.now)),
        text: `about nobody ${how}`,
        authorId: hotel.manager.id,
        writtenAt: terminal.now,
      };
      return { kind: 'guestNote.add', note };
    }
    case 'guest': {
      if (cache.guests.get(guest.id) === null) return null;
      const field = pick(['name', 'company', 'email'] as const, how);
      const value = field === 'email' ? `g${how}@example.com` : `${field} ${how}`;
      const changes = { [field]: value };
      return {
        kind: 'guest.change',
        guestId: guest.id,
        changes,
        base: base('guest', guest.id, [field]),
      };
    }
    case 'sealed': {
      const field = pick(['documentNumber', 'cardNumber', 'dietaryNeeds'] as const, how);
      const row = cache.guests.get(guest.id);
      const seed = seeds.get(guest.id);
      if (row === null || seed === null || !cache.heldClasses.isWhole(CLASS_OF[field])) return null;
      const changes = hotel.seal(row, seed, { [field]: SEALED[field](how) });
      return {
        kind: 'guest.change',
        guestId: guest.id,
        changes,
        base: base('guest', guest.id, [field]),
      };
    }
    case 'room': {
      if (cache.stays.get(stay.id) === null) return null;
      const changes = { roomId: how % 5 === 0 ? null : room };
      return {
        kind: 'stay.change',
        stayId: stay.id,
        changes,
        base: base('stay', stay.id, ['roomId']),
      };
    }
    case 'dates': {
      const changes = { departure: pick(['2026-03-13', '2026-03-15', '2026-03-18', '2026-03-20'], how) };
      return {
        kind: 'stay.change',
        stayId: stay.id,
        changes,
        base: base('stay', stay.id, ['departure']),
      };
    }
    case 'check-in':
      return {
        kind: 'stay.checkIn',
        stayId: stay.id,
        roomId: cache.stays.get(stay.id)?.roomId ?? room,
        base: base('stay', stay.id, ['roomId']),
      };
    case 'check-out':
      return { kind: 'stay.checkOut', stayId: stay.id };
    case 'status':
      return {
        kind: 'room.setStatus',
        roomId: room,
        status: pick(ROOM_STATUSES, which),
        base: base('room', room, ['status']),
      };
    case 'walk-in': {
      const from = cache.guests.get(pick(hotel.guests, which).id);
      const of = cache.stays.get(stay.id);
      if (from === null || of === null) return null;
      const id = GuestId.parse(random.ulid(terminal.now));
      // As at the desk: the seed comes first, and what is typed is sealed at once, line or no line.
      const seed = seeds.make(id);
      const bare = {
        documentNumber: null,
        dateOfBirth: null,
        nationality: null,
        documentAddress: null,
        cardNumber: null,
        invoiceTaxNumber: null,
        dietaryNeeds: null,
      };
      return {
        kind: 'stay.create',
        guest: {
          ...from,
          ...bare,
          ...(how % 3 === 0 ? {} : hotel.seal({ ...from, id }, seed, { documentNumber: SEALED.documentNumber(how) })),
          id,
          name: `walk-in ${how}`,
        },
        seed: null,
        stay: {
          ...of,
          id: StayId.parse(random.ulid(terminal.now)),
          guestId: id,
          roomId: null,
          status: 'reserved',
          arrival: '2026-03-14',
          departure: '2026-03-16',
          reservationNumber: `W${String(how).padStart(7, '0')}`,
        },
      };
    }
    case 'settle':
      return settle(terminal, how);
    case 'erase':
      if (cache.guests.get(guest.id) === null || cache.stays.hasCurrent(guest.id)) return null;
      return { kind: 'guest.erase', guestId: guest.id };
  }
}

function settle(terminal: SimulatedTerminal, how: number): What | null {
  const open = terminal.running.cache.conflicts.open();
  if (open.length === 0) return null;
  const { id, entity, rowId, field, held, brought, seq } = pick(open, how);
  const isText = entity === 'guest' && COMBINABLE_FIELDS.some((name) => name === field);
  const wished = pick(['held', 'brought', 'combined'], how);
  const choice = wished === 'combined' && !isText ? 'brought' : wished;
  const value =
    choice === 'held' ? null : choice === 'brought' ? brought.value : `${held.value}+${brought.value}`.slice(0, 180);
  return { kind: 'conflict.settle', conflictId: id, entity, rowId, field, choice, value, base: seq };
}

/** Bases as they are read at a desk: the versions of the row that lies there. */
function basesOf(terminal: SimulatedTerminal, entity: MergedName, id: string, fields: readonly string[]) {
  const { guests, stays, rooms } = terminal.running.cache;
  const versions = { guest: guests, stay: stays, room: rooms }[entity].held(id)?.versions ?? {};
  return Object.fromEntries(fields.map((field) => [field, versions[field] ?? 0]));
}

function write(terminal: SimulatedTerminal, { hotel, random }: World, what: What): void {
  const { cache } = terminal.running;
  const operation = Operation.parse({
    id: OperationId.parse(random.ulid(terminal.now)),
    employeeId: hotel.manager.id,
    at: terminal.now,
    ...what,
  });
  if (operation.kind === 'guestNote.add')
    terminal.make(operation, () => cache.addNoteLocally(operation.note, operation), 'note.write');
  else if (operation.kind === 'guest.erase') terminal.make(operation, () => cache.outbox.add(operation), 'guest.erase');
  else if (!isChange(operation)) throw new Error(`nobody does ${operation.kind}`);
  else terminal.make(operation, () => cache.changeLocally(operation), CHANGE_ACTION_OF[operation.kind]);
}

function pick<T>(from: readonly T[], number: number): T {
  const one = from[number % from.length];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
}

function withLuhn(first15: string): string {
  const sum = [...first15].reduceRight((total, digit, at) => {
    const doubled = (first15.length - 1 - at) % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${first15}${(10 - (sum % 10)) % 10}`;
}
