/** What every use case of the desk works with, and the small words they share. */
import type { AccessEvent } from '../../src-shared/audit/event.ts';
import type { ErrorCode, IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Employee, Property, Role } from '../../src-shared/model/entities.ts';
import {
  type Actor,
  actorOf,
  type Context,
  contextAt,
  type Decision,
  decide,
  type PlainAction,
} from '../../src-shared/policy/index.ts';
import type { AccessLog, Recorded } from '../access-log/log.ts';
import type { ServerCopy } from '../access-log/server-copy.ts';
import type { Clock } from '../clock.ts';
import type { GuestSeeds } from '../store/guest-seeds.ts';
import type { Cache } from '../store/open.ts';
import type { StepUpLine } from '../sync/step-up.ts';
import type { Attempts } from '../vault/attempts.ts';
import type { Leases } from '../vault/leases.ts';
import type { Session } from '../vault/session.ts';
import type { Opened } from '../vault/slot.ts';
import type { Slots } from '../vault/slots.ts';
import type { Drafts } from './drafts.ts';
import { waitsFor } from './entitled.ts';
import type { Glass } from './glass.ts';
import type { ReadDocuments } from './read-documents.ts';
import type { RevealCounts } from './reveal-counts.ts';

export interface Desk {
  /** With which of somebody's passwords one comes here. */
  readonly kind: Opened['kind'];
  readonly clock: Clock;
  readonly attempts: Attempts;
  readonly cache: Cache;
  readonly seeds: Pick<GuestSeeds, 'get' | 'make'>;
  readonly log: Pick<AccessLog, 'append' | 'list' | 'count' | 'head' | 'deviceId' | 'publicKey' | 'database'>;
  /** The server's copy of the log, as far as this terminal knows. */
  readonly serverCopy: ServerCopy;
  readonly session: Session;
  readonly glass: Glass;
  readonly reveals: RevealCounts;
  /** Documents that were read and wait for their stay. */
  readonly documents: ReadDocuments;
  readonly drafts: Drafts;
  readonly terminalName: string;
  /** For what the server keeps of second factors. */
  readonly stepUpLine: StepUpLine;
  readonly leases: Pick<Leases, 'state' | 'open' | 'issue' | 'end'>;
  /** For a second person, who proves herself as she signs in here. */
  readonly slots: Pick<Slots, 'open' | 'person'>;
  /** Something was written that the server should have. */
  readonly kickSync: () => void;
}

export const ok = <T>(value: T): IpcResult<T> => ({ ok: true, value });

export const refuse = (code: ErrorCode, more: Omit<IpcError, 'code'> = {}): { ok: false; error: IpcError } => ({
  ok: false,
  error: { code, ...more },
});

/** What a use case needs of the terminal around it. */
export interface DeskHolder {
  readonly desk: Desk | null;
  /** Ready for somebody to sign in, with the cache closed. */
  readonly sealed: boolean;
  failed(error: unknown): boolean;
}

/**
 * Runs a use case when the terminal works.
 * @returns `locked` while it is sealed; `not-ready` when it does not work, or stops to: a cache found damaged in the middle of work has
 * its screen
 */
export async function useDesk<T>(
  terminal: DeskHolder,
  use: (desk: Desk) => IpcResult<T> | Promise<IpcResult<T>>,
): Promise<IpcResult<T>> {
  const { desk } = terminal;
  if (desk === null) return refuse(terminal.sealed ? 'locked' : 'not-ready');
  try {
    return await use(desk);
  } catch (error) {
    // Everything else has an error of its own.
    if (terminal.failed(error)) return refuse('not-ready');
    throw error;
  }
}

/** Who is at the desk and in which hotel. */
export interface Presence {
  readonly employee: Employee;
  readonly actor: Actor;
  readonly property: Property;
  /** Here and now. */
  readonly context: Context;
}

/**
 * Ends what has run out, then says who is here: every use case begins with it.
 * @returns null while locked
 */
export function presence(desk: Desk): Presence | null {
  desk.session.expire();
  desk.glass.expire();
  const signedIn = desk.session.employee;
  const property = desk.cache.property.get();
  if (signedIn === null || property === null) return null;
  // As the server has them now: whoever was dismissed or given another role in the meantime works by that at once.
  const employee = desk.cache.employees.get(signedIn.id);
  // Her password was changed at another terminal, or an officer has given her a new second factor: what she came in with opens no
  // longer, and may be in other hands.
  const isOther =
    employee !== null &&
    (employee.credential.kdf.salt !== signedIn.credential.kdf.salt || employee.sealingKey !== signedIn.sealingKey);
  if (employee === null || !employee.active || employee.role !== signedIn.role || isOther) {
    desk.session.lock('signed-out');
    return null;
  }
  return {
    employee,
    property,
    actor: {
      ...actorOf(employee, {
        unlocked: desk.session.unlockedClasses,
        searchable: desk.session.searchableClasses,
      }),
      waitsFor: (dataClass) => waitsFor(desk, property.id, employee, dataClass),
    },
    context: contextAt(property, desk.clock.now()),
  };
}

/** A decision about something that is not about a sealed field. */
export function mayDo(who: Presence, action: PlainAction): Decision {
  return decide(who.actor, action, null, who.context);
}

type Refused = Extract<Decision, { allowed: false }>;

/** A refusal as the window is told it: why, whom to ask, what would help. */
export function refusal({ reason, whoCan, help }: Refused): {
  reason: typeof reason;
  whoCan: Role[];
  help: typeof help;
} {
  return { reason, whoCan: [...whoCan], help };
}

type WithoutActor = Omit<AccessEvent, 'employeeId' | 'role'>;

/** Records what the person at the desk does. Durable when it returns. @throws LogUnavailable */
export function record(desk: Pick<Desk, 'log'>, who: Pick<Presence, 'employee'> | null, event: WithoutActor): Recorded {
  return desk.log.append({ employeeId: who?.employee.id ?? null, role: who?.employee.role ?? null, ...event });
}

/** Records a refusal and turns it into the answer the person gets. @throws LogUnavailable */
export function refused(
  desk: Desk,
  who: Presence,
  decision: Refused,
  event: Omit<WithoutActor, 'outcome' | 'reason'>,
): { ok: false; error: IpcError } {
  record(desk, who, { ...event, outcome: 'refused', reason: decision.reason });
  return refuse(decision.reason === 'needs-unlock' ? 'needs-unlock' : 'forbidden', refusal(decision));
}
