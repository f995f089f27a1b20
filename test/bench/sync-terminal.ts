/** A terminal as main has it below the desk: the real cache, seeds and sync loop over the real line. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { syncStore } from '../../src-main/store/for-sync.ts';
import { openGuestSeeds } from '../../src-main/store/guest-seeds.ts';
import type { Cache } from '../../src-main/store/open.ts';
import { enrol } from '../../src-main/sync/enrol.ts';
import { SyncLoop } from '../../src-main/sync/loop.ts';
import { applyBatch } from '../../src-main/sync/portions.ts';
import { createTransport, type Transport } from '../../src-main/sync/transport.ts';
import { generateCertificateKey, requestCertificate } from '../../src-main/vault/certificate-request.ts';
import type { EnrolResponse } from '../../src-shared/sync/protocol.ts';
import type { SimulatedServer } from '../simulation/server.ts';
import { openProductCache } from './plain-file.ts';

/** One for all: whose a certificate is, the server says. */
const CERTIFICATE_KEY = generateCertificateKey();
const CERTIFICATE_REQUEST = await requestCertificate(CERTIFICATE_KEY);

export interface SyncTerminal {
  readonly cache: Cache;
  readonly loop: SyncLoop;
  /** Waits until something holds, which is looked at whenever rows have come. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Enrols a terminal by a code of the property. */
export async function enrolAt(server: SimulatedServer, property: string): Promise<EnrolResponse> {
  const code = await server.ask<string>({ ask: 'code', property });
  const transport = createTransport({ url: server.url, caPem: server.caPem });
  const publicKey = Buffer.alloc(32, 7).toString('base64');
  const applicant = { deviceName: 'bench', publicKey, certificateRequest: CERTIFICATE_REQUEST };
  return enrol(transport, code, applicant).finally(() => transport.close());
}

/** The line of an enrolled terminal. @param url left out: the server's own */
export function lineOf(server: SimulatedServer, { certificate }: EnrolResponse, url = server.url): Transport {
  return createTransport({ url, caPem: server.caPem }, { key: CERTIFICATE_KEY, certificate });
}

/** Opens one with an empty cache and lets it sync. @param folder for its files, which it makes */
export function openTerminal(transport: Transport, enrolment: EnrolResponse, folder: string): SyncTerminal {
  mkdirSync(folder, { recursive: true });
  const cache = openProductCache(join(folder, 'cache.db'), randomBytes(32));
  const seeds = openGuestSeeds({ file: join(folder, 'seeds.db'), key: randomBytes(32) });
  if (!seeds.ok) throw new Error(`the seeds did not open: ${seeds.problem}`);
  const store = syncStore(cache, seeds.value);
  let look = () => {};
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const loop = new SyncLoop({
    transport,
    store: { ...store, applyPuts: (puts, cursor) => applyBatch(store, puts, cursor) },
    property: enrolment.propertyId,
    clock: { now: () => Date.now(), mono: () => performance.now() },
    besides: { waits: () => false, send: async () => undefined },
    events: {
      onState: () => look(),
      onRows: () => look(),
      onBatchRefused: (field) => reject(new Error(`a batch that does not fit at ${field}`)),
      onHungUp: () => undefined,
      onRestored: () => undefined,
      onStale: () => undefined,
      onStoreError: reject,
    },
  });
  loop.start();
  return {
    cache,
    loop,
    until: async (holds) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      look = () => {
        if (holds()) resolve();
      };
      look();
      await Promise.race([promise, failed]);
      look = () => {};
    },
    close: async () => {
      await loop.close();
      // What the loop still had in hand.
      await wait(0);
      cache.close();
      seeds.value.close();
    },
  };
}
