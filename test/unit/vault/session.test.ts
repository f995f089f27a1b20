import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LockReason,
  Session,
  type SessionEvent,
  type SessionState,
  TRANSITIONS,
} from '../../../src-main/vault/session.ts';
import type { Employee } from '../../../src-shared/model/entities.ts';

const employee = { id: '01HZZZZZZZZZZZZZZZZZZZZZZZ', name: '李娜', role: 'receptionist', active: true } as Employee;
const TIMES = { unlockIdleMs: 300_000, unlockMaxMs: 1_800_000, idleLockMs: 600_000, sealMs: 900_000 };

function start() {
  const time = { mono: 1_000 };
  const reasons: (LockReason | null)[] = [];
  const session = new Session({ now: () => 0, mono: () => time.mono }, TIMES, (reason) => reasons.push(reason));
  session.open();
  reasons.length = 0;
  const unlockKey = randomBytes(32);
  const classKey = { class: 'identity', epoch: 1, key: randomBytes(32) } as const;
  return {
    session,
    reasons,
    unlockKey,
    classKey,
    searchKey: { class: 'identity', epoch: 1, searchKey: randomBytes(32) } as const,
    signIn: () => session.signIn(employee, unlockKey),
    pass: (ms: number) => {
      time.mono += ms;
    },
  };
}
const ZEROS = Buffer.alloc(32);

describe('a session', () => {
  it('zeroes every key in memory at lock', () => {
    const { session, unlockKey, classKey, searchKey, signIn } = start();
    signIn();
    session.unlock([classKey], [searchKey]);
    expect(session.searchKeys('identity')).toEqual([searchKey]);
    expect([session.unlockedClasses, session.searchableClasses]).toEqual([['identity'], ['identity']]);
    session.lock('suspend');
    expect(unlockKey).toEqual(ZEROS);
    expect(classKey.key).toEqual(ZEROS);
    expect(searchKey.searchKey).toEqual(ZEROS);
    expect(session.searchKeys('identity')).toEqual([]);
    expect(session.state).toBe('locked');
    expect(session.classKey('identity', 1)).toBeNull();
  });

  it('counts every time it is told to lock, so that a sign-in under way can tell', () => {
    const { session, signIn } = start();
    const before = session.locks;
    session.lock('suspend');
    expect(session.locks).toBe(before + 1);
    signIn();
    session.lock('by-hand');
    expect(session.locks).toBeGreaterThan(before + 1);
  });

  it('gives up the class keys after five idle minutes, and stays signed in', () => {
    const { session, classKey, searchKey, signIn, pass } = start();
    signIn();
    session.unlock([classKey], [searchKey]);
    pass(TIMES.unlockIdleMs - 1);
    session.expire();
    expect(session.state).toBe('unlocked');
    pass(1);
    session.expire();
    expect(session.state).toBe('signed-in');
    expect([classKey.key, searchKey.searchKey]).toEqual([ZEROS, ZEROS]);
  });

  it('is extended by activity, but never beyond thirty minutes', () => {
    const { session, classKey, signIn, pass } = start();
    signIn();
    session.unlock([classKey]);
    for (let minute = 0; minute < 29; minute++) {
      pass(60_000);
      session.touch();
      expect(session.state).toBe('unlocked');
    }
    pass(60_000);
    session.touch();
    expect(session.state).toBe('signed-in');
  });

  it('locks when idle, and a touch that comes too late revives nothing', () => {
    const { session, reasons, signIn, pass } = start();
    signIn();
    pass(TIMES.idleLockMs);
    session.touch();
    expect(session.state).toBe('locked');
    expect(reasons.at(-1)).toBe('idle');
  });

  it('is sealed after a quarter of an hour locked, and nobody is signed in before the cache is open again', () => {
    const { session, reasons, signIn, pass } = start();
    signIn();
    session.lock('by-hand');
    pass(TIMES.sealMs - 1);
    session.expire();
    expect(session.state).toBe('locked');
    pass(1);
    session.expire();
    expect(session.state).toBe('sealed');
    expect(reasons).toEqual([null, 'by-hand', null]);
    expect(signIn).toThrow();
    session.open();
    signIn();
    expect(session.state).toBe('signed-in');
  });

  it('zeroes every key in memory when it is sealed with somebody at work', () => {
    const { session, unlockKey, classKey, signIn } = start();
    signIn();
    session.unlock([classKey]);
    session.seal('suspend');
    expect([unlockKey, classKey.key]).toEqual([ZEROS, ZEROS]);
    expect(session.state).toBe('sealed');
  });

  it('forgets who was there when it is locked for somebody else', () => {
    const { session, signIn } = start();
    signIn();
    session.lock('switched');
    expect(session.lastEmployeeId).toBeNull();
  });

  it('locks whoever was there out when somebody else signs in', () => {
    const { session, unlockKey, signIn } = start();
    signIn();
    session.signIn({ ...employee, id: '01HZZZZZZZZZZZZZZZZZZZZZZ0' } as Employee, randomBytes(32));
    expect(unlockKey).toEqual(ZEROS);
    expect(session.employee?.id).toBe('01HZZZZZZZZZZZZZZZZZZZZZZ0');
  });

  it('follows its table of states for any sequence of events', () => {
    const events = fc.array(fc.constantFrom<SessionEvent>('open', 'sign-in', 'unlock', 'unlock-ends', 'lock', 'seal'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(events, (sequence) => {
        const { session, pass } = start();
        let expected = 'locked' as SessionState;
        for (const event of sequence) {
          // Whoever signs in over somebody locks them out first.
          const over: SessionState = event === 'sign-in' && expected !== 'sealed' ? 'locked' : expected;
          expected = TRANSITIONS[over][event] ?? expected;
          if (event === 'sign-in' && session.state === 'sealed')
            expect(() => session.signIn(employee, randomBytes(32))).toThrow();
          else if (event === 'sign-in') session.signIn(employee, randomBytes(32));
          else if (event === 'open') session.open();
          else if (event === 'seal') session.seal('suspend');
          else if (event === 'lock') session.lock('by-hand');
          else if (event === 'unlock' && session.employee !== null) session.unlock([]);
          else if (event === 'unlock-ends' && session.state === 'unlocked') {
            pass(TIMES.unlockIdleMs);
            session.expire();
            session.touch();
          }
          expect(session.state).toBe(expected);
        }
      }),
    );
  });
});
