/** Child of key-store.test.ts: does the steps of its command line on the real keychain, one line of JSON each. */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { KeyStoreError } from '../../src-main/vault/key-store.ts';
import { createKeytarKeyStore } from '../../src-main/vault/keytar-key-store.ts';

const [, , installation = '', ...steps] = process.argv;
const keyStore = createKeytarKeyStore(installation);
const secret = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 8));
const keytar = () => createRequire(import.meta.url)('keytar') as typeof import('keytar');

const STEPS: Readonly<Record<string, () => Promise<unknown>>> = {
  read: async () => (await keyStore.read('seed-key'))?.toString('hex') ?? null,
  readOther: async () => (await keyStore.read('device-secret'))?.toString('hex') ?? null,
  write: () => keyStore.write('seed-key', secret),
  writeEmpty: () => keyStore.write('seed-key', Buffer.alloc(0)),
  remove: () => keyStore.remove('seed-key'),
  garble: () => keytar().setPassword('Keyrack', `${installation}/seed-key`, 'hunter2'),
  kept: async () => (await keytar().findCredentials('Keyrack')).map(({ account }) => account).sort(),
};

for (const step of steps) {
  let line: unknown;
  try {
    line = { value: (await STEPS[step]?.()) ?? null };
  } catch (error) {
    line = error instanceof KeyStoreError ? { problem: error.problem } : { crash: String(error) };
  }
  writeSync(1, `${JSON.stringify(line)}\n`);
}
process.exit(0);
