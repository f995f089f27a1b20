/** Why a terminal cannot work, as the one word that its fault screen goes by. */
import type { AppStatus, Fault } from '../src-shared/ipc/views.ts';
import { LogUnavailable } from './access-log/log.ts';
import { ConfigError } from './config.ts';
import { classifyStoreError, type StoreProblem } from './store/open.ts';
import type { LineError } from './sync/transport.ts';
import { KeyStoreError } from './vault/key-store.ts';

/** Faults that a new cache mends. For all others the one that is there is good, or no better one can be made. */
export const REBUILDABLE: ReadonlySet<Fault> = new Set(['wrong-key', 'corrupt', 'rolled-back']);

/** Faults after which nothing that lies here is of use, and the terminal is enrolled anew by a code. */
export const ENROLS_ANEW: ReadonlySet<Fault> = new Set(['keys-lost', 'enrolled-before'] satisfies BegunAnew[]);

/** Why a terminal was enrolled anew and its log begun anew. */
export type BegunAnew = 'keys-lost' | 'enrolled-before';

/** A fault that is shown as a screen of its own. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  readonly kind: Fault;
  readonly detail: string;
  constructor(kind: Fault, detail: string) {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}

/** @returns null for what is not a fault but a bug */
export function faultOf(error: unknown): AppStatus['fault'] {
  if (error instanceof StartFault) return { kind: error.kind, detail: error.detail };
  if (error instanceof ConfigError) return { kind: 'config-invalid', detail: error.field };
  if (error instanceof KeyStoreError) return { kind: `keychain-${error.problem}`, detail: '' };
  if (error instanceof LogUnavailable)
    return { kind: error.problem === 'disk-full' ? 'disk-full' : 'log-broken', detail: 'access-log' };
  const problem = classifyStoreError(error);
  return problem === null ? null : { kind: problem, detail: 'cache' };
}

/** What a log file that does not open means for the terminal. */
export function logFaultOf(problem: StoreProblem): Fault {
  return problem === 'disk-full' || problem === 'not-writable' ? problem : 'log-broken';
}

type JoiningProblem = 'server-unreachable' | 'server-refused' | 'foreign-certificate';

/** What the person who types an enrolment code is told. */
export function enrolmentProblem(error: LineError): JoiningProblem | 'wrong-enrolment-code' {
  if (error.code === 'unknown-code') return 'wrong-enrolment-code';
  if (error.problem === 'certificate') return 'foreign-certificate';
  return error.problem === 'unreachable' ? 'server-unreachable' : 'server-refused';
}

/** What the person who founds a hotel is told. */
export function foundingProblem(error: LineError): JoiningProblem | 'wrong-founding-code' {
  const problem = enrolmentProblem(error);
  return problem === 'wrong-enrolment-code' ? 'wrong-founding-code' : problem;
}
