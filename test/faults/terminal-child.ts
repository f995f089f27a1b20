/** Child of terminal-faults.test.ts: starts a terminal for each line it is given, and says how that ended. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src-main/clock.ts';
import { terminalFiles } from '../../src-main/config.ts';
import { Terminal } from '../../src-main/terminal.ts';
import { KDF_FLOOR } from '../../src-main/vault/kdf.ts';
import { createKeytarKeyStore } from '../../src-main/vault/keytar-key-store.ts';

const folder = process.argv[2] ?? '';
const terminal = new Terminal({
  files: terminalFiles(folder),
  folder,
  keyStore: createKeytarKeyStore,
  clock: systemClock,
  version: '0.0.0-test',
  cost: KDF_FLOOR,
  note: () => undefined,
});
for await (const _ of createInterface({ input: process.stdin })) {
  await terminal.start();
  writeSync(1, `${terminal.status.fault?.kind ?? terminal.status.phase}\n`);
}
await terminal.close();
process.exit(0);
