/** Lines of folios in the cache of a terminal. */
import { expect, it } from 'vitest';
import { rebuildCache } from '../../../src-main/store/rebuild.ts';
import { feed, newCache, posted, posting, reopen, stayId } from './builders.ts';

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
