/** Whoever is at the desk says once more who she is, in the prompt, before she changes what lets her in. */
import type { EventType } from '../../src-shared/audit/event.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { differClearly, isGoodEnough, judgePassword } from '../../src-shared/policy/password.ts';
import { type Opened, wipeOpened } from '../vault/slot.ts';
import {
  type Desk,
  type DeskHolder,
  mayDo,
  ok,
  type Presence,
  presence,
  record,
  refuse,
  refused,
  useDesk,
} from './desk.ts';
import type { Door } from './door.ts';
import { knownOf } from './enrol-person.ts';
import type { Conversation } from './prompt.ts';
import { LOCKOUT_MS, PASSWORD_ATTEMPTS, staffItem } from './sign-in.ts';

/** The terminal, as far as this is about. */
export interface PasswordHolder extends DeskHolder {
  readonly door: Door | null;
}

export type PasswordAction = Extract<EventType, 'password.change' | 'duress.set'>;

/** Whoever keeps her password, and `session.locks` from when she began. */
export interface Keeper extends Presence {
  readonly locks: number;
}

/** May she, and who is she? A refusal is recorded. @throws LogUnavailable */
export function mayKeepPassword(desk: Desk, type: PasswordAction): IpcResult<Keeper> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, type);
  return decision.allowed ? ok({ ...who, locks: desk.session.locks }) : refused(desk, who, decision, { type });
}

/** What her password has opened, and what she typed. The holder wipes it with {@link forgetOwn}. */
export interface OwnPassword {
  readonly typed: string;
  readonly password: Buffer;
  readonly opened: Opened;
}

export function forgetOwn({ password, opened }: OwnPassword): void {
  password.fill(0);
  wipeOpened(opened);
}

/**
 * Asks for the password she has signed in with; counted before it is checked, with the attempts of her sign-in.
 * @throws PromptClosed when she closes the window
 */
export function askOwnPassword(
  terminal: PasswordHolder,
  talk: Conversation,
  who: Keeper,
  type: PasswordAction,
): Promise<OwnPassword> {
  return talk.ask('current-password', { person: staffItem(who.employee), action: type }, ({ password: typed }) =>
    useDesk(terminal, async (desk) => {
      const { door } = terminal;
      const { id } = who.employee;
      const isHere = () => presence(desk) !== null && desk.session.locks === who.locks && !talk.gone.aborted;
      if (door === null || !isHere()) return refuse('locked');
      const attempt = await desk.attempts.count(id, 'password', { limit: PASSWORD_ATTEMPTS, lockoutMs: LOCKOUT_MS });
      if (!attempt.allowed) {
        record(desk, who, { type, outcome: 'failed', reason: 'too-many-attempts' });
        return refuse('too-many-attempts', { retryAt: attempt.retryAt });
      }
      await door.slots.settled();
      const password = Buffer.from(typed.normalize('NFC'), 'utf8');
      const opened = await door.slots.open(id, password);
      const own = opened === null ? null : { typed, password, opened };
      // Of her two passwords the one that this session is of.
      if (own === null || own.opened.kind !== desk.kind) {
        if (own !== null) forgetOwn(own);
        password.fill(0);
        record(desk, who, { type, outcome: 'failed', reason: 'wrong-password' });
        return refuse('wrong-password', { attemptsLeft: attempt.left });
      }
      if (!isHere()) {
        forgetOwn(own);
        return refuse('locked');
      }
      await desk.attempts.clear(id, 'password');
      return ok(own);
    }),
  );
}

/**
 * Asks for another password, twice: good enough, and clearly not the one she has.
 * @returns UTF-8, NFC; the caller's to zero
 * @throws PromptClosed when she closes the window
 */
export function askNewPassword(
  talk: Conversation,
  who: Keeper,
  own: OwnPassword,
  of: 'change' | 'duress',
): Promise<Buffer> {
  const known = knownOf(who.property, who.employee);
  const person = staffItem(who.employee);
  return talk.ask('new-password', { person, known, of }, ({ password: typed, again }) => {
    if (!differClearly(typed, own.typed)) return refuse('password-alike');
    if (!isGoodEnough(judgePassword(typed, known))) return refuse('password-weak');
    if (typed.normalize('NFC') !== again.normalize('NFC')) return refuse('passwords-differ');
    return ok(Buffer.from(typed.normalize('NFC'), 'utf8'));
  });
}
