/** The hotel's terminals, for IT and the security officer: who is there, codes for new ones, shutting out and wiping. */
import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { EnrolmentCodeView, TerminalsView, TerminalView } from '../../src-shared/ipc/terminal-views.ts';
import { type DeviceId, OperationId } from '../../src-shared/model/ids.ts';
import type { PlainAction } from '../../src-shared/policy/index.ts';
import type { TerminalEntry } from '../../src-shared/sync/protocol.ts';
import { askEnrolmentCode, askTerminals } from '../sync/terminals.ts';
import { LineError } from '../sync/transport.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refuse, refused } from './desk.ts';

/** What the server knows of every terminal, the newest first. Without a line there is nothing to show: the server is who knows. */
export async function viewTerminals(desk: Desk): Promise<IpcResult<TerminalsView>> {
  const who = allowedTo(desk, 'terminal.view');
  if (!('employee' in who)) return who;
  return asked(async () => {
    const { terminals } = await askTerminals(desk.stepUpLine, who.employee.id);
    // One that has just come is not in the cache yet, and no order is taken for it until it is.
    if (terminals.some(({ id }) => desk.cache.devices.get(id) === null)) desk.kickSync();
    return terminals.map((entry) => viewOf(entry, desk.log.deviceId));
  });
}

/** Has the server make a code that enrols one terminal. It is shown, and neither kept nor recorded. @throws LogUnavailable */
export async function makeEnrolmentCode(desk: Desk): Promise<IpcResult<EnrolmentCodeView>> {
  const who = allowedTo(desk, 'terminal.enrol');
  if (!('employee' in who)) return who;
  record(desk, who, { type: 'terminal.code', outcome: 'allowed' });
  return asked(() => askEnrolmentCode(desk.stepUpLine, who.employee.id));
}

/**
 * Shuts a terminal out, or has it wiped too. It takes the second factor: what a wiped terminal had not sent is lost.
 * @throws LogUnavailable
 */
export function shutOutTerminal(
  desk: Desk,
  input: { readonly terminalId: DeviceId; readonly how: 'revoke' | 'wipe' },
): IpcResult<null> {
  const { terminalId, how } = input;
  const who = allowedTo(desk, `terminal.${how}`);
  if (!('employee' in who)) return who;
  if (desk.session.state !== 'unlocked') return refuse('needs-unlock');
  if (desk.cache.devices.get(terminalId) === null) return refuse('not-found');
  record(desk, who, { type: `terminal.${how}`, outcome: 'allowed', terminalId });
  const at = desk.clock.now();
  const id = OperationId.parse(ulid(at));
  desk.cache.outbox.add({ id, kind: `device.${how}`, employeeId: who.employee.id, at, terminalId });
  desk.kickSync();
  return ok(null);
}

const EVENTS = {
  'terminal.view': 'log.read',
  'terminal.enrol': 'terminal.code',
  'terminal.revoke': 'terminal.revoke',
  'terminal.wipe': 'terminal.wipe',
} as const;

/** Who is here, if this is her work. */
function allowedTo(desk: Desk, action: keyof typeof EVENTS & PlainAction): Presence | ReturnType<typeof refuse> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, action);
  return decision.allowed ? who : refused(desk, who, decision, { type: EVENTS[action] });
}

/** What only the server can answer. */
async function asked<T>(ask: () => Promise<T>): Promise<IpcResult<T>> {
  try {
    return ok(await ask());
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    if (error.code === 'forbidden') return refuse('forbidden');
    return refuse(error.problem === 'unreachable' ? 'server-unreachable' : 'server-refused');
  }
}

function viewOf(entry: TerminalEntry, here: DeviceId): TerminalView {
  const { revokedAt, wipe, ...shown } = entry;
  const state = wipe === 'done' ? 'wiped' : wipe === 'ordered' ? 'wiping' : revokedAt === null ? 'enrolled' : 'revoked';
  return { ...shown, revokedAt, state, isHere: entry.id === here };
}
