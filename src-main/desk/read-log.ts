import { decodeEntry } from '../../src-shared/audit/entry.ts';
import type { AccessEvent } from '../../src-shared/audit/event.ts';
import type { ChannelOutput, ChannelParsedInput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { LogItem, LogVerdict } from '../../src-shared/ipc/views.ts';
import type { LogFilter, LogHead, Recorded } from '../access-log/log.ts';
import { verifyLog } from '../access-log/verify.ts';
import { proveLog } from '../sync/prove-log.ts';
import { KeyStoreError } from '../vault/key-store.ts';
import { type Desk, mayDo, ok, presence, record, refuse, refused } from './desk.ts';
import { maskContacts } from './mask-guest.ts';

type Kind = ChannelParsedInput<'log.list'>['type'];

/** What each filter of the list stands for. */
const KINDS: { readonly [K in Kind]: Pick<LogFilter, 'types' | 'outcomes'> } = {
  all: {},
  reveals: { types: ['field.reveal', 'field.compare'] },
  sessions: {
    types: ['session.sign-in', 'session.sign-out', 'session.unlock', 'session.lock'] satisfies AccessEvent['type'][],
  },
  refusals: { outcomes: ['refused', 'failed'] },
};

/** That a case was opened, or that there is a password under duress, is told to nobody but the officer: least of all to who stands behind her. */
const NOT_HERS: readonly AccessEvent['type'][] = ['case.open', 'duress.set'];

/** The access log, newest first: all of it for the security officer, one's own part for everybody else. */
export function listLog(desk: Desk, input: ChannelParsedInput<'log.list'>): IpcResult<ChannelOutput<'log.list'>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'log.read');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'log.read' });
  const own = decision.scope === 'own' ? { employeeId: who.employee.id, notTypes: NOT_HERS } : null;
  // Paging on is the same look; only its beginning is an entry.
  if (input.before === undefined) record(desk, who, { type: 'log.read', outcome: 'allowed' });
  const entries = desk.log.list({
    ...KINDS[input.type],
    ...(own ?? {}),
    ...(input.before === undefined ? {} : { before: input.before }),
    limit: input.limit,
  });
  return ok({
    items: entries.flatMap((entry) => toLogItem(desk, entry)),
    scope: decision.scope,
    total: desk.log.count(own ?? undefined),
  });
}

/**
 * Checks the whole log of this terminal, and that the server keeps what it was handed of it.
 * @param readAnchor gives the head remembered in the keychain, without which a log that was cut short cannot be told
 */
export async function checkLog(desk: Desk, readAnchor: () => Promise<LogHead | null>): Promise<IpcResult<LogVerdict>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'log.verify');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'log.verify' });
  let anchor: LogHead | null;
  try {
    anchor = await readAnchor();
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    record(desk, who, { type: 'log.verify', outcome: 'failed', reason: `keychain-${error.problem}` });
    return refuse('log-unavailable');
  }
  const verdict = await verifyLog(desk.log.database, desk.log.publicKey, anchor);
  const [handedOver = null] = desk.log.list({ before: desk.serverCopy.upToSeq + 1, limit: 1 });
  const server = await proveLog(desk.stepUpLine, desk.serverCopy, handedOver);
  const intact = verdict.problem === null && server !== 'not-proved';
  record(desk, who, {
    type: 'log.verify',
    outcome: intact ? 'allowed' : 'failed',
    ...(intact ? {} : { reason: verdict.problem ?? 'server-not-proved' }),
  });
  return ok({ intact, ...verdict, server });
}

/** An entry as the window shows it; none when it cannot be read, which `checkLog` reports. */
export function toLogItem(desk: Pick<Desk, 'cache'>, recorded: Recorded): LogItem[] {
  const entry = decodeEntry(recorded.encoded);
  if (entry === null) return [];
  const { event } = entry;
  const guest = event.guestId === undefined ? null : desk.cache.guests.get(event.guestId);
  const employee = event.employeeId === null ? null : desk.cache.employees.get(event.employeeId);
  return [
    {
      seq: entry.seq,
      at: entry.at,
      type: event.type,
      outcome: event.outcome,
      employee: employee?.name ?? null,
      role: event.role,
      about: event.aboutId === undefined ? null : (desk.cache.employees.get(event.aboutId)?.name ?? '–'),
      guest: guest === null ? null : maskContacts(guest).name,
      stayId: event.stayId ?? null,
      field: event.field ?? null,
      class: event.class ?? null,
      purpose: event.purpose ?? null,
      reason: event.reason ?? null,
      count: event.count ?? null,
      hash: recorded.hash,
    },
  ];
}
