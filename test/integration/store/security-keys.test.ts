import { describe, expect, it } from 'vitest';
import { OperationId } from '../../../src-shared/model/ids.ts';
import type { SecurityKeyAddition, SecurityKeyRemoval } from '../../../src-shared/sync/protocol.ts';
import { employeeId, feed, newCache, securityKey, ulidOf } from './builders.ts';

const head = { id: OperationId.parse(ulidOf(1)), employeeId: employeeId(1), at: 1 };
const key = securityKey(1);
const added: SecurityKeyAddition = { ...head, kind: 'securityKey.add', securityKey: key };
const removed: SecurityKeyRemoval = {
  ...head,
  id: OperationId.parse(ulidOf(2)),
  kind: 'securityKey.remove',
  securityKeyId: key.id,
};

describe('a security key in the cache', () => {
  it('is hers at once when it was added here, and once the server has it', () => {
    const { cache } = newCache([]);
    cache.changeSecurityKeyLocally(added);
    expect(cache.securityKeys.of(employeeId(1))).toEqual([key]);
    expect(cache.outbox.queued(10)).toEqual([added]);
    cache.settleOperations([{ id: added.id, status: 'applied', seq: 1 }]);
    cache.applyPuts(feed({ securityKey: [key] }), 1);
    expect(cache.securityKeys.of(employeeId(1))).toEqual([key]);
    expect(cache.securityKeys.of(employeeId(2))).toEqual([]);
  });

  it('opens no more when the server refuses it', () => {
    const { cache } = newCache([]);
    cache.changeSecurityKeyLocally(added);
    cache.settleOperations([{ id: added.id, status: 'refused', reason: 'forbidden' }]);
    expect(cache.securityKeys.of(employeeId(1))).toEqual([]);
  });

  it('is removed for good: a row that comes late, or from before, brings it back to nobody', () => {
    const { cache } = newCache(feed({ securityKey: [key] }));
    cache.changeSecurityKeyLocally(removed);
    expect(cache.securityKeys.of(employeeId(1))).toEqual([]);
    cache.applyPuts(feed({ securityKey: [key] }, 7), 7);
    expect(cache.securityKeys.of(employeeId(1))).toEqual([]);
  });

  it('that waits for the line goes over to a cache that is built anew, and so does a removal', () => {
    const { cache: before } = newCache([]);
    before.changeSecurityKeyLocally(added);
    const { cache: after } = newCache([]);
    after.takeOver(before.kept());
    expect(after.securityKeys.of(employeeId(1))).toEqual([key]);
    before.changeSecurityKeyLocally(removed);
    const { cache: later } = newCache([]);
    later.takeOver(before.kept());
    expect(later.securityKeys.of(employeeId(1))).toEqual([]);
  });
});
