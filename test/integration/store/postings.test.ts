/** Lines of folios in the cache of a terminal. */
import { expect, it } from 'vitest';
import { rebuildCache } from '../../../src-main/store/rebuild.ts';
import { dayAfter } from '../../../src-shared/folio/night.ts';
import type { DateRoll } from '../../../src-shared/sync/folio.ts';
import { date, dayClose, employeeId, feed, newCache, posted, posting, property, reopen, stayId } from './builders.ts';

const owed = (cache: ReturnType<typeof newCache>['cache']) => cache.postings.balanceOf(stayId(1));
const states = (cache: ReturnType<typeof newCache>['cache']) =>
  cache.postings.ofStay(stayId(1)).map(({ amountMinor, state }) => [amountMinor, state]);

it('a line made here counts at once, and no more once the server would not have it; it stays until somebody has seen to it', () => {
  const { cache } = newCache(feed({ posting: [posting(1)] }));
  cache.postLocally(posted(2, posting(2, { amountMinor: 100 })));
  cache.postLocally(posted(3, posting(3, { amountMinor: 10 })));
  expect(owed(cache)).toBe(4_610);
  cache.settleOperations([
    { id: posted(2).id, status: 'refused', reason: 'not-business-date' },
    { id: posted(3).id, status: 'applied', seq: 2 },
  ]);
  expect(owed(cache)).toBe(4_510);
  expect(states(cache)).toEqual([
    [4_500, 'synced'],
    [100, 'refused'],
    [10, 'synced'],
  ]);
  cache.dropPostings(posted(2).id);
  expect(states(cache)).toEqual([
    [4_500, 'synced'],
    [10, 'synced'],
  ]);
  expect(cache.outbox.count('refused')).toBe(0);
});

it('what the server has not taken outlasts a rebuilt cache, and counts once when the feed brings it', () => {
  const { cache, file, key } = newCache(feed({ posting: [posting(1)] }));
  cache.postLocally(posted(2, posting(2, { amountMinor: 100 })));
  cache.postLocally(posted(3, posting(3, { amountMinor: 10 })));
  cache.settleOperations([{ id: posted(3).id, status: 'refused', reason: 'folio-closed' }]);
  cache.close();
  expect(rebuildCache({ file, key, now: 1, mark: 0 })).toMatchObject({ ok: true });
  const again = reopen(file, key);
  expect(states(again)).toEqual([
    [100, 'waiting'],
    [10, 'refused'],
  ]);
  again.applyPuts(feed({ posting: [posting(1), posting(2, { amountMinor: 100 })] }), 2);
  expect(owed(again)).toBe(4_600);
});

const rolled = (n: number, from: string): DateRoll => ({
  id: posted(n).id,
  kind: 'businessDate.roll',
  employeeId: employeeId(1),
  at: 1,
  from: date(from),
  to: dayAfter(date(from)),
  waived: [],
});
const day = (cache: ReturnType<typeof newCache>['cache']) => cache.property.get()?.businessDate;

it('a day closed here is over here at once; when a colleague closed it first, hers stands and nothing counts twice', () => {
  const { cache } = newCache(feed({ property: [property()] }));
  cache.rollLocally(rolled(2, '2026-03-14'), [posting(1), posting(2)], dayClose('2026-03-14'));
  cache.rollLocally(rolled(3, '2026-03-15'), [posting(3)], dayClose('2026-03-15'));
  expect([day(cache), owed(cache)]).toEqual(['2026-03-16', 13_500]);
  // Another row of the hotel comes, which knows nothing of it.
  cache.applyPuts(feed({ property: [property({ policyVersion: 2 })] }, 2), 2);
  expect(day(cache)).toBe('2026-03-16');
  cache.settleOperations([{ id: rolled(2, '2026-03-14').id, status: 'refused', reason: 'stale' }]);
  expect([day(cache), owed(cache)]).toEqual(['2026-03-16', 4_500]);
  cache.settleOperations([{ id: rolled(3, '2026-03-15').id, status: 'refused', reason: 'stale' }]);
  expect([day(cache), owed(cache), cache.outbox.count('refused')]).toEqual(['2026-03-14', 0, 0]);
  cache.applyPuts(
    feed(
      {
        posting: [posting(1)],
        dayClose: [dayClose('2026-03-14')],
        property: [property({ businessDate: date('2026-03-15') })],
      },
      3,
    ),
    5,
  );
  expect([day(cache), owed(cache), cache.dayCloses.latestBefore(date('2026-03-20'))?.id]).toEqual([
    '2026-03-15',
    4_500,
    '2026-03-14',
  ]);
});

it('what the server made of a closed day stands in the place of what was shown here, as soon as the feed has come so far', () => {
  const { cache } = newCache(feed({ property: [property()] }));
  cache.rollLocally(rolled(2, '2026-03-14'), [posting(1), posting(2)], dayClose('2026-03-14'));
  cache.settleOperations([{ id: rolled(2, '2026-03-14').id, status: 'applied', seq: 4 }]);
  expect(owed(cache)).toBe(9_000);
  // A colleague had checked one of them out.
  cache.applyPuts(feed({ posting: [posting(1)], dayClose: [dayClose('2026-03-14', { rooms: 1 })] }, 2), 3);
  expect(owed(cache)).toBe(9_000);
  cache.applyPuts(feed({ property: [property({ businessDate: date('2026-03-15') })] }, 4), 4);
  expect([owed(cache), states(cache), day(cache)]).toEqual([4_500, [[4_500, 'synced']], '2026-03-15']);
});

it('a rebuilt cache goes on with the day that was closed before', () => {
  const { cache, file, key } = newCache(feed({ property: [property()] }));
  cache.rollLocally(rolled(2, '2026-03-14'), [], dayClose('2026-03-14'));
  cache.close();
  expect(rebuildCache({ file, key, now: 1, mark: 0 })).toMatchObject({ ok: true });
  const again = reopen(file, key);
  again.applyPuts(feed({ property: [property()] }), 1);
  expect(day(again)).toBe('2026-03-15');
});
