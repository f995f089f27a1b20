/** The OS keychain through keytar: libsecret on Linux, Credential Manager on Windows, Keychain on macOS. */
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type KeyStore, KeyStoreError } from './key-store.ts';

type Keytar = typeof import('keytar');

const SERVICE = 'Keyrack';
/** A service that asks a person who is not there must not hold the terminal up. */
const PATIENCE_MS = 10_000;
/** keytar keeps strings: base64 under a version. */
const Stored = z.string().regex(/^v1:[A-Za-z0-9+/]+={0,2}$/);

/** @param installation id of this installation, so that two of one OS account keep apart */
export function createKeytarKeyStore(installation: string): KeyStore {
  const account = (name: string) => `${installation}/${name}`;
  /**
   * A locked keychain says "nothing here" too. Only one that takes a value is believed, lest a new key replace a good one, or a
   * wipe be taken for done.
   */
  const believe = () => call((keytar) => keytar.setPassword(SERVICE, account('probe'), 'v1:AA=='));
  return {
    async read(name) {
      const stored = await call((keytar) => keytar.getPassword(SERVICE, account(name)));
      if (stored === null) {
        await believe();
        return null;
      }
      const parsed = Stored.safeParse(stored);
      if (!parsed.success) throw new KeyStoreError('unreadable');
      return Buffer.from(parsed.data.slice(3), 'base64');
    },
    async write(name, secret) {
      await call((keytar) => keytar.setPassword(SERVICE, account(name), `v1:${secret.toString('base64')}`));
    },
    async remove(name) {
      const removed = await call((keytar) => keytar.deletePassword(SERVICE, account(name)));
      if (!removed) await believe();
    },
    async removeAll() {
      const kept = await call((keytar) => keytar.findCredentials(SERVICE));
      for (const item of kept) {
        if (item.account.startsWith(account(''))) await call((keytar) => keytar.deletePassword(SERVICE, item.account));
      }
      // Emptied, it still has to take a value to be believed; that one goes as well.
      await believe();
      await call((keytar) => keytar.deletePassword(SERVICE, account('probe')));
    },
  };
}

async function call<T>(use: (keytar: Keytar) => Promise<T>): Promise<T> {
  const keytar = load();
  const late = new AbortController();
  try {
    return await Promise.race([
      use(keytar),
      wait(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
        throw new KeyStoreError('locked');
      }),
    ]);
  } catch (error) {
    throw error instanceof KeyStoreError ? error : new KeyStoreError(problemOf(error), error);
  } finally {
    late.abort();
  }
}

let loaded: Keytar | null = null;

/** Loaded when first needed: a machine without libsecret gets a screen that says so, not a program that does not start. */
function load(): Keytar {
  try {
    loaded ??= createRequire(import.meta.url)('keytar') as Keytar;
    return loaded;
  } catch (error) {
    throw new KeyStoreError('missing', error);
  }
}

/** keytar hands on the platform's message; these are libsecret's, the Keychain's and Credential Manager's words for "locked". */
function problemOf(error: unknown): KeyStoreError['problem'] {
  const message = error instanceof Error ? error.message : '';
  return /locked|dismissed|denied|cancel|prompt|not allowed|interaction/i.test(message) ? 'locked' : 'missing';
}
