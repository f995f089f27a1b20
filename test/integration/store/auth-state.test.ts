import { describe, expect, it } from 'vitest';
import { employeeId, newCache, reopen } from './builders.ts';

const rule = (now: number) => ({ now, limit: 3, lockoutMs: 60_000 });
const ann = employeeId(1);
const bo = employeeId(2);

describe('guesses at a password or code', () => {
  it('are counted before they are checked, lock out at the limit and start anew after it', () => {
    const { authState } = newCache().cache;
    expect(authState.countAttempt(ann, 'code', rule(0))).toEqual({ allowed: true, left: 2 });
    expect(authState.countAttempt(ann, 'code', rule(1))).toEqual({ allowed: true, left: 1 });
    expect(authState.countAttempt(ann, 'code', rule(2))).toEqual({ allowed: true, left: 0 });
    expect(authState.countAttempt(ann, 'code', rule(3))).toEqual({ allowed: false, retryAt: 60_002 });
    expect(authState.countAttempt(ann, 'code', rule(60_001))).toEqual({ allowed: false, retryAt: 60_002 });
    expect(authState.countAttempt(ann, 'code', rule(60_002))).toEqual({ allowed: true, left: 2 });
  });

  it('are counted apart by employee and factor, and forgotten after a right one', () => {
    const { authState } = newCache().cache;
    authState.countAttempt(ann, 'password', rule(0));
    authState.countAttempt(ann, 'password', rule(0));
    expect(authState.countAttempt(ann, 'code', rule(0))).toMatchObject({ left: 2 });
    expect(authState.countAttempt(bo, 'password', rule(0))).toMatchObject({ left: 2 });
    authState.clearAttempts(ann, 'password');
    expect(authState.countAttempt(ann, 'password', rule(0))).toMatchObject({ left: 2 });
  });

  it('stay counted over a restart', () => {
    const { cache, file, key } = newCache();
    for (const now of [0, 1, 2]) cache.authState.countAttempt(ann, 'code', rule(now));
    cache.close();
    expect(reopen(file, key).authState.countAttempt(ann, 'code', rule(3))).toEqual({ allowed: false, retryAt: 60_002 });
  });
});

describe('a TOTP step (RFC 6238 §5.2)', () => {
  it('is accepted once, and none before it', () => {
    const { authState } = newCache().cache;
    expect([100, 100, 99, 101, 100].map((step) => authState.acceptTotpStep(ann, step))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(authState.acceptTotpStep(bo, 100)).toBe(true);
  });

  it('is accepted by one of two connections to the file', () => {
    const { cache, file, key } = newCache();
    const other = reopen(file, key);
    expect(cache.authState.acceptTotpStep(ann, 7)).toBe(true);
    expect(other.authState.acceptTotpStep(ann, 7)).toBe(false);
  });
});
