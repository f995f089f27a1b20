/** Child of lease-kill.test.ts: signs in, types a code, and dies where the attempt has been counted and nothing was checked yet. */
import { terminalFiles } from '../../src-main/config.ts';
import { signIn } from '../../src-main/desk/sign-in.ts';
import { unlock } from '../../src-main/desk/unlock.ts';
import { Terminal } from '../../src-main/terminal.ts';
import { createKeytarKeyStore } from '../../src-main/vault/keytar-key-store.ts';
import { Leases } from '../../src-main/vault/leases.ts';
import { EmployeeId } from '../../src-shared/model/ids.ts';

const [, , folder = '', employee = '', password = '', code = '', ahead = '0'] = process.argv;

const terminal = new Terminal({
  files: terminalFiles(folder),
  folder,
  keyStore: createKeytarKeyStore,
  clock: { now: () => Date.now() + Number(ahead), mono: () => performance.now() },
  version: '0.0.0-test',
  note: () => undefined,
});
await terminal.start();
const { door } = terminal;
if (door === null) throw new Error(`the terminal does not work: ${terminal.status.fault?.kind}`);
const signedIn = await signIn(door, { employeeId: EmployeeId.parse(employee), password });
if (!signedIn.ok) throw new Error(`nobody is signed in: ${signedIn.error.code}`);
Leases.prototype.open = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};
const { desk } = terminal;
if (desk === null) throw new Error('the cache did not open');
await unlock(desk, { kind: 'totp', code });
throw new Error('the lease was not asked');
