/** What was changed here, over the rows as the server has them. */
import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src-main/store/open.ts';
import type { Guest } from '../../../src-shared/model/entities.ts';
import { OperationId } from '../../../src-shared/model/ids.ts';
import { WITHHELD } from '../../../src-shared/model/sealed-field.ts';
import { type Change, isChange } from '../../../src-shared/sync/changes.ts';
import { Operation } from '../../../src-shared/sync/protocol.ts';
import {
  conflict,
  date,
  employeeId,
  feed,
  guest,
  guestId,
  newCache,
  reopen,
  room,
  roomId,
  sealedField,
  stay,
  stayId,
  ulidOf,
} from './builders.ts';

function operation(n: number, change: object): Change {
  const made = Operation.parse({ id: OperationId.parse(ulidOf(n)), employeeId: employeeId(1), at: n, ...change });
  if (!isChange(made)) throw new Error('no change');
  return made;
}
const guestChange = (n: number, changes: Partial<Guest>) =>
  operation(n, {
    kind: 'guest.change',
    guestId: guestId(1),
    changes,
    base: Object.fromEntries(Object.keys(changes).map((field) => [field, 0])),
  });
const checkIn = (n: number) =>
  operation(n, { kind: 'stay.checkIn', stayId: stayId(1), roomId: roomId(1), base: { roomId: 0 } });
const house = () =>
  newCache(feed({ room: [room(1)], guest: [guest(1)], stay: [stay(1, { roomId: roomId(1) })] })).cache;
const shown = (cache: Cache) => cache.guests.get(guestId(1));
const found = (cache: Cache, query: string) => cache.searchGuests({ query, limit: 5 }).length;

describe('a change made here', () => {
  it('is in the row, in the search and in the queue at once', () => {
    const cache = house();
    cache.changeLocally(guestChange(50, { name: '欧阳娜娜' }));
    expect(shown(cache)?.name).toBe('欧阳娜娜');
    expect([found(cache, '欧阳'), found(cache, '客人1')]).toEqual([1, 0]);
    expect(cache.outbox.queued(9)).toHaveLength(1);
    expect(cache.pending.fieldsOf('guest', guestId(1))).toEqual(['name']);
  });

  it('counts by when it was done, and leaves in that order, though the clock was set back in between', () => {
    const { cache, file, key } = newCache(feed({ guest: [guest(1)] }));
    const [first, second] = [guestChange(60, { name: '先' }), guestChange(50, { name: '后' })];
    for (const change of [first, second]) cache.changeLocally(change);
    expect(shown(cache)?.name).toBe('后');
    expect(cache.outbox.queued(9)).toEqual([first, second]);
    // What the feed brings beneath does not turn them round, nor does another start, nor a cache that takes them over.
    cache.applyPuts(feed({ guest: [guest(1, { name: '别处', company: '甲' })] }, 10), 10);
    expect(shown(cache)).toMatchObject({ name: '后', company: '甲' });
    cache.close();
    const again = reopen(file, key);
    const other = newCache(feed({ guest: [guest(1)] })).cache;
    other.takeOver(again.kept());
    for (const one of [again, other]) {
      expect(shown(one)?.name).toBe('后');
      expect(one.outbox.queued(9)).toEqual([first, second]);
    }
  });

  it('lies over what the feed brings until the feed has brought it too', () => {
    const cache = house();
    const change = guestChange(50, { company: '甲' });
    cache.changeLocally(change);
    cache.applyPuts(feed({ guest: [guest(1, { company: '乙', email: 'b@example.com' })] }, 10), 10);
    // Hers stays, and what somebody else has changed beneath is there.
    expect(shown(cache)).toMatchObject({ company: '甲', email: 'b@example.com' });
    cache.settleOperations([{ id: change.id, status: 'applied', seq: 12 }]);
    expect(shown(cache)?.company).toBe('甲');
    // The server made a conflict of it: the row as it has it comes with the same seq.
    cache.applyPuts(feed({ guest: [guest(1, { company: '乙' })] }, 11), 12);
    expect(shown(cache)).toMatchObject({ company: '乙', email: null });
    expect(cache.pending.all()).toEqual([]);
  });

  it('goes off the row when the server refuses it, waits for a person, and is over when she does it otherwise', () => {
    const cache = house();
    cache.changeLocally(checkIn(50));
    expect(cache.stays.get(stayId(1))?.status).toBe('in-house');
    cache.settleOperations([{ id: checkIn(50).id, status: 'refused', reason: 'room-taken' }]);
    expect(cache.stays.get(stayId(1))?.status).toBe('reserved');
    expect(cache.outbox.refusedChanges()).toMatchObject([{ reason: 'room-taken' }]);
    // Something else about the same stay is not the answer to it.
    const dates = { departure: date('2026-03-17') };
    cache.changeLocally(
      operation(51, { kind: 'stay.change', stayId: stayId(1), changes: dates, base: { departure: 0 } }),
    );
    expect(cache.outbox.refusedChanges()).toHaveLength(1);
    cache.changeLocally(checkIn(52));
    expect(cache.outbox.refusedChanges()).toEqual([]);
  });

  it('outlasts a rebuilt cache, and lies over the row when that comes again', () => {
    const before = house();
    before.changeLocally(guestChange(50, { company: '甲' }));
    const after = newCache().cache;
    after.takeOver(before.kept());
    expect(shown(after)).toBeNull();
    after.applyPuts(feed({ guest: [guest(1)] }), 1);
    expect(shown(after)?.company).toBe('甲');
    expect(after.outbox.queued(9)).toHaveLength(1);
  });

  it('that begins a stay is there with its guest, and gone with both when it is refused', () => {
    const cache = house();
    const change = operation(50, {
      kind: 'stay.create',
      stay: stay(7, { guestId: guestId(7), channel: 'walk-in' }),
      guest: guest(7),
      seed: null,
    });
    cache.changeLocally(change);
    expect(cache.stays.listRow(stayId(7))?.name).toBe('客人7');
    cache.settleOperations([{ id: change.id, status: 'refused', reason: 'room-taken' }]);
    expect([cache.stays.get(stayId(7)), cache.guests.get(guestId(7))]).toEqual([null, null]);
    expect(cache.outbox.refusedChanges()).toHaveLength(1);
  });

  it('of a class that may not be held any more is left in the queue alone, with masks where it lay, and is filled with the guest', async () => {
    const cache = house();
    const typed = sealedField('110***********1234');
    const card = sealedField('**** **** **** 1111');
    const clash = {
      field: 'documentNumber',
      held: { value: sealedField('110***********9999'), by: null, device: null, at: null },
      brought: { value: sealedField('110***********8888'), by: null, device: null, at: null },
    } as const;
    const before = guest(1, { documentNumber: sealedField('110***********5678'), cardNumber: card });
    const waiting = conflict(1, { ...clash, rowId: guestId(1), guestId: guestId(1) });
    cache.applyPuts(feed({ guest: [before] }, 10), 10);
    cache.applyPuts(feed({ conflict: [waiting] }, 11), 11);
    cache.changeLocally(guestChange(50, { documentNumber: typed }));
    await cache.purge('identity', async () => undefined);
    const bare = { sealed: WITHHELD, mask: typed.mask };
    expect(shown(cache)).toMatchObject({ documentNumber: bare, cardNumber: card });
    expect(cache.conflicts.open()[0]).toMatchObject({
      held: { value: { sealed: WITHHELD, mask: '110***********9999' } },
      brought: { value: { sealed: WITHHELD, mask: '110***********8888' } },
    });
    expect(cache.outbox.queued(1)[0]).toMatchObject({ changes: { documentNumber: typed } });
    expect(JSON.stringify(cache.pending.all())).not.toContain(typed.sealed);
    cache.changeLocally(guestChange(51, { company: '甲' }));
    expect(shown(cache)).toMatchObject({ documentNumber: bare, company: '甲' });

    cache.beginFills(['identity']);
    const filling = cache.heldClasses.nextFilling() ?? expect.fail('nothing to fill');
    const puts = [...feed({ guest: [{ ...before, cardNumber: null }] }, 10), ...feed({ conflict: [waiting] }, 11)];
    cache.applyFill(filling, puts, { cursor: 11, more: false });
    expect(cache.conflicts.open()[0]).toMatchObject(clash);
    // Taken off the row, there is what the server has, and of the other class what was there.
    cache.settleOperations([{ id: guestChange(50, { company: null }).id, status: 'refused', reason: 'forbidden' }]);
    expect(shown(cache)).toMatchObject({ documentNumber: before.documentNumber, cardNumber: card });
  });

  it('of a guest who is erased goes with the guest, row, queue and all', () => {
    const cache = house();
    cache.changeLocally(guestChange(50, { company: '甲' }));
    cache.applyPuts(feed({ guestErasure: [{ id: guestId(1), erasedAt: 1 }] }, 10), 10);
    expect([shown(cache), cache.outbox.queued(9), cache.pending.all()]).toEqual([null, [], []]);
  });
});
