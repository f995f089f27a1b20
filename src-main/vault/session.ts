/**
 * The session of one terminal: who is at the desk, and which keys are in memory for them. States and transitions are the table
 * below. `sealed` and `locked` look the same to whoever stands there; while sealed the cache is closed and its key gone (terminal.ts).
 */

import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import type { StayId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../clock.ts';
import type { SearchKey } from './blind-index.ts';
import type { ClassKey } from './field-seal.ts';

export type SessionState = 'sealed' | 'locked' | 'signed-in' | 'unlocked';
export type SessionEvent = 'open' | 'sign-in' | 'unlock' | 'unlock-ends' | 'lock' | 'seal';
export type LockReason =
  | 'start'
  | 'idle'
  | 'suspend'
  | 'screen-lock'
  | 'hidden'
  | 'by-hand'
  | 'switched'
  | 'signed-out'
  | 'too-long';

/** state × event → state. What is not named here is ignored. */
export const TRANSITIONS: { readonly [S in SessionState]: Partial<Record<SessionEvent, SessionState>> } = {
  sealed: { open: 'locked' },
  locked: { 'sign-in': 'signed-in', seal: 'sealed' },
  'signed-in': { unlock: 'unlocked', lock: 'locked', seal: 'sealed' },
  unlocked: { unlock: 'unlocked', 'unlock-ends': 'signed-in', lock: 'locked', seal: 'sealed' },
};

export interface SessionTimes {
  /** Class keys go after this long without activity. */
  readonly unlockIdleMs: number;
  /** Class keys go after this long in any case. */
  readonly unlockMaxMs: number;
  /** The session locks after this long without activity. */
  readonly idleLockMs: number;
  /** The cache is closed after this long locked. */
  readonly sealMs: number;
}

/** DESIGN §4; PCI DSS 8.2.8 asks for 15 minutes at most. */
export const DEFAULT_TIMES: SessionTimes = {
  unlockIdleMs: 5 * 60_000,
  unlockMaxMs: 30 * 60_000,
  idleLockMs: 10 * 60_000,
  sealMs: 15 * 60_000,
};

/** What the second factor brings into memory. Zeroed when the unlock ends. */
interface UnlockedKeys {
  readonly keys: readonly ClassKey[];
  readonly searchKeys: readonly SearchKey[];
}

interface SignedIn {
  readonly employee: Employee;
  /** Opens the second factor's secret and the private keys; zeroed at lock. */
  readonly unlockKey: Buffer;
  lastActive: number;
  unlocked: (UnlockedKeys & { readonly since: number; readonly recoveryCodesLeft: number | null }) | null;
  /** The record that is being worked on, and since when. */
  working: { readonly stayId: StayId; readonly since: number } | null;
}

/** A record on the screen for longer than this is looked at anew. */
const ONE_LOOK_MS = 10 * 60_000;

/** Times are read from the monotonic clock: a wall clock set back buys no minute. */
export class Session {
  readonly #clock: Clock;
  readonly #times: SessionTimes;
  readonly #onChange: (reason: LockReason | null) => void;
  #current: SignedIn | null = null;
  #lockReason: LockReason | null = 'start';
  #lastEmployee: Employee['id'] | null = null;
  #locks = 0;
  #sealed = true;
  /** When the terminal was locked last. */
  #lockedAt = 0;

  constructor(clock: Clock, times: SessionTimes, onChange: (lockReason: LockReason | null) => void) {
    this.#clock = clock;
    this.#times = times;
    this.#onChange = onChange;
  }

  get state(): SessionState {
    if (this.#current === null) return this.#sealed ? 'sealed' : 'locked';
    return this.#current.unlocked === null ? 'signed-in' : 'unlocked';
  }

  get employee(): Employee | null {
    return this.#current?.employee ?? null;
  }

  get lockReason(): LockReason | null {
    return this.#lockReason;
  }

  get lastEmployeeId(): Employee['id'] | null {
    return this.#lastEmployee;
  }

  /** How often the terminal was told to lock: a sign-in that was under way when it was must not go through. */
  get locks(): number {
    return this.#locks;
  }

  /** The unlock key of whoever is signed in; still the session's own, not to be kept or zeroed. */
  get unlockKey(): Buffer | null {
    return this.#current?.unlockKey ?? null;
  }

  /** How many are left after one of them unlocked; null when it was another factor. */
  get recoveryCodesLeft(): number | null {
    return this.#current?.unlocked?.recoveryCodesLeft ?? null;
  }

  /** Classes that could be opened now. */
  get unlockedClasses(): readonly SealedClass[] {
    return [...new Set(this.#current?.unlocked?.keys.map((key) => key.class))];
  }

  /** Classes whose sealed numbers could be looked for now. */
  get searchableClasses(): readonly SealedClass[] {
    return [...new Set(this.#current?.unlocked?.searchKeys.map((key) => key.class))];
  }

  /** The search keys of a class in every epoch that is in memory. Still the session's own. */
  searchKeys(dataClass: SealedClass): readonly SearchKey[] {
    return this.#current?.unlocked?.searchKeys.filter((key) => key.class === dataClass) ?? [];
  }

  /** The newest epoch of a class whose key is in memory; 0 when there is none. */
  newestEpoch(dataClass: SealedClass): number {
    const keys = this.#current?.unlocked?.keys ?? [];
    return Math.max(0, ...keys.filter((key) => key.class === dataClass).map(({ epoch }) => epoch));
  }

  /** The key of a class in an epoch, or null when it is not in memory. Still the session's own. */
  classKey(dataClass: SealedClass, epoch: number): ClassKey | null {
    return this.#current?.unlocked?.keys.find((key) => key.class === dataClass && key.epoch === epoch) ?? null;
  }

  /** The cache has been opened. Harmless when it was open. */
  open(): void {
    if (!this.#may('open')) return;
    this.#sealed = false;
    this.#lockedAt = this.#clock.mono();
    this.#onChange(null);
  }

  /** Signs an employee in after the password was verified; whoever was signed in is locked out first. */
  signIn(employee: Employee, unlockKey: Buffer): void {
    this.lock('signed-out');
    if (!this.#may('sign-in')) throw new Error('sign-in with the cache closed');
    this.#current = { employee, unlockKey, lastActive: this.#clock.mono(), unlocked: null, working: null };
    this.#lockReason = null;
    this.#lastEmployee = employee.id;
    this.#onChange(null);
  }

  /** Her password was changed while she is signed in: the keys that it opens are others. */
  renew(employee: Employee, unlockKey: Buffer): void {
    if (this.#current?.employee.id !== employee.id) throw new Error('the password of somebody who is not signed in');
    this.#current.unlockKey.fill(0);
    this.#current = { ...this.#current, employee, unlockKey };
    this.#onChange(null);
  }

  /** Takes class keys and search keys after the second factor was verified. They are zeroed when the unlock ends. */
  unlock(
    keys: readonly ClassKey[],
    searchKeys: readonly SearchKey[] = [],
    recoveryCodesLeft: number | null = null,
  ): void {
    if (this.#current === null || !this.#may('unlock')) throw new Error('unlock without a signed-in employee');
    zero(this.#current.unlocked);
    const now = this.#clock.mono();
    this.#current.lastActive = now;
    this.#current.unlocked = { keys, searchKeys, since: now, recoveryCodesLeft };
    this.#onChange(null);
  }

  /** Takes the key of an epoch that began while these were in memory: it goes with them. Zeroed at once when they are gone already. */
  addEpoch(key: ClassKey, searchKey: SearchKey): void {
    const unlocked = this.#current?.unlocked;
    if (this.#current === null || unlocked == null) zero({ keys: [key], searchKeys: [searchKey] });
    else
      this.#current.unlocked = {
        ...unlocked,
        keys: [...unlocked.keys, key],
        searchKeys: [...unlocked.searchKeys, searchKey],
      };
  }

  /** Zeroes every key in memory. Harmless when already locked. */
  lock(reason: LockReason): void {
    this.#locks += 1;
    if (this.#current === null || !this.#may('lock')) return;
    zero(this.#current.unlocked);
    this.#current.unlockKey.fill(0);
    this.#current = null;
    // Whoever is next is not asked for the password of whoever was there.
    if (reason === 'switched') this.#lastEmployee = null;
    this.#lockReason = reason;
    this.#lockedAt = this.#clock.mono();
    this.#onChange(reason);
  }

  /** Locks, and has the cache closed. Harmless when already sealed. */
  seal(reason: LockReason): void {
    this.lock(reason);
    if (!this.#may('seal')) return;
    this.#sealed = true;
    this.#onChange(null);
  }

  /** Whether this record is on the screen already: drawn again because rows have changed, it is the same look. */
  worksOn(stayId: StayId): boolean {
    const working = this.#current?.working;
    return working?.stayId === stayId && this.#clock.mono() - working.since < ONE_LOOK_MS;
  }

  /** The look at this record has been recorded. */
  beginWorkOn(stayId: StayId): void {
    if (this.#current !== null) this.#current.working = { stayId, since: this.#clock.mono() };
  }

  touch(): void {
    // Expiry first: a touch that comes too late must not revive what has ended.
    this.expire();
    if (this.#current !== null) this.#current.lastActive = this.#clock.mono();
  }

  /** Ends what has run out. Called by a timer and before every decision, so that a late timer gives nothing away. */
  expire(): void {
    const current = this.#current;
    const now = this.#clock.mono();
    if (current === null) {
      if (this.#may('seal') && now - this.#lockedAt >= this.#times.sealMs) {
        this.#sealed = true;
        this.#onChange(null);
      }
      return;
    }
    if (now - current.lastActive >= this.#times.idleLockMs) {
      this.lock('idle');
    } else if (current.unlocked !== null && this.#deadlines(current, current.unlocked.since).some((at) => now >= at)) {
      zero(current.unlocked);
      current.unlocked = null;
      this.#onChange(null);
    }
  }

  /** Milliseconds from now until the unlock ends when idle, and in any case; null when not unlocked. */
  unlockRemaining(): { readonly idle: number; readonly total: number } | null {
    const current = this.#current;
    if (current?.unlocked == null) return null;
    const now = this.#clock.mono();
    const [idle, total] = this.#deadlines(current, current.unlocked.since);
    return { idle: Math.max(0, Math.min(idle, total) - now), total: Math.max(0, total - now) };
  }

  /** Milliseconds from now until the session locks when idle; null when locked. */
  idleRemaining(): number | null {
    if (this.#current === null) return null;
    return Math.max(0, this.#current.lastActive + this.#times.idleLockMs - this.#clock.mono());
  }

  #may(event: SessionEvent): boolean {
    return TRANSITIONS[this.state][event] !== undefined;
  }

  #deadlines(current: SignedIn, since: number): [idle: number, total: number] {
    return [current.lastActive + this.#times.unlockIdleMs, since + this.#times.unlockMaxMs];
  }
}

function zero(unlocked: UnlockedKeys | null): void {
  for (const { key } of unlocked?.keys ?? []) key.fill(0);
  for (const { searchKey } of unlocked?.searchKeys ?? []) searchKey.fill(0);
}
