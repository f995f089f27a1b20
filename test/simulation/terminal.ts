/**
 * One terminal of a simulation: what main has open below the desk's use cases, on real files. The keychain and whoever signs in are left out:
 * the keys that would come from there are made here.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../scripts/demo/random.ts';
import { AccessLog } from '../../src-main/access-log/log.ts';
import { ServerCopy } from '../../src-main/access-log/server-copy.ts';
import type { Clock } from '../../src-main/clock.ts';
import { logHandover } from '../../src-main/hand-over-log.ts';
import { openEncryptedFile } from '../../src-main/store/encrypted-file.ts';
import { syncStore } from '../../src-main/store/for-sync.ts';
import { type GuestSeeds, openGuestSeeds } from '../../src-main/store/guest-seeds.ts';
import { type Cache, type Opened, openCache } from '../../src-main/store/open.ts';
import { enrol } from '../../src-main/sync/enrol.ts';
import { SyncLoop } from '../../src-main/sync/loop.ts';
import { applyBatch } from '../../src-main/sync/portions.ts';
import { createTransport } from '../../src-main/sync/transport.ts';
import { generateCertificateKey, requestCertificate } from '../../src-main/vault/certificate-request.ts';
import { type DeviceIdentity, generateDeviceKey, openDeviceIdentity } from '../../src-main/vault/device-identity.ts';
import {
  type EnrolResponse,
  type Operation,
  type OperationResult,
  PushResponse,
} from '../../src-shared/sync/protocol.ts';
import { BEGINNING, type SimulatedHotel } from './hotel.ts';
import { SimulatedLine } from './line.ts';
import { SimulatedPace } from './pace.ts';
import type { SimulatedServer } from './server.ts';

/** One for all: whose a certificate is, the server says. */
const CERTIFICATE_KEY = generateCertificateKey();
const CERTIFICATE_REQUEST = await requestCertificate(CERTIFICATE_KEY);

/** An operation, what the terminal knew when it was made, and everything that the server has ever answered it. */
export interface Made {
  readonly operation: Operation;
  readonly cursor: number;
  readonly results: OperationResult[];
}

/** What is open at a time. */
interface Running {
  readonly cache: Cache;
  readonly seeds: GuestSeeds;
  readonly log: AccessLog;
  readonly copy: ServerCopy;
  readonly loop: SyncLoop;
  readonly line: SimulatedLine;
  readonly pace: SimulatedPace;
}

export interface World {
  readonly hotel: SimulatedHotel;
  readonly server: SimulatedServer;
  readonly random: Random;
  readonly folder: string;
  /** All that was said on any line. */
  readonly wire: string[];
  /** Milliseconds since the beginning. */
  time: number;
}

export class SimulatedTerminal {
  readonly name: string;
  readonly made: Made[] = [];
  readonly enrolment: EnrolResponse;
  readonly #world: World;
  readonly #identity: DeviceIdentity;
  readonly #keys = { cache: randomBytes(32), seeds: randomBytes(32), log: randomBytes(32) };
  readonly #clock: Clock;
  /** How far its clock is off. */
  skew = 0;
  #lives = 0;
  #running: Running | null = null;
  #changed: (() => void) | null = null;
  /** What its store said when it failed. */
  failure: unknown = null;

  private constructor(world: World, name: string, enrolment: EnrolResponse, identity: DeviceIdentity) {
    this.#world = world;
    this.name = name;
    this.enrolment = enrolment;
    this.#identity = identity;
    this.#clock = { now: () => BEGINNING + world.time + this.skew, mono: () => world.time };
  }

  /** Enrols one by a code and starts it. */
  static async enrol(world: World, name: string): Promise<SimulatedTerminal> {
    const { server, hotel } = world;
    const identity = openDeviceIdentity(generateDeviceKey());
    const code = await server.ask<string>({ ask: 'code', property: hotel.property.id });
    const transport = createTransport({ url: server.url, caPem: server.caPem });
    const applicant = {
      deviceName: name,
      publicKey: identity.publicKey,
      certificateRequest: CERTIFICATE_REQUEST,
    };
    const enrolment = await enrol(transport, code, applicant).finally(() => transport.close());
    const terminal = new SimulatedTerminal(world, name, enrolment, identity);
    await terminal.#start();
    return terminal;
  }

  get running(): Running {
    if (this.#running === null) throw new Error(`${this.name} is not running`);
    return this.#running;
  }

  get now(): number {
    return this.#clock.now();
  }

  /** Writes an operation as the desk's use cases do: recorded first, then made here and queued. */
  make(operation: Operation, write: () => void, type: Parameters<AccessLog['append']>[0]['type']): void {
    const { log, cache } = this.running;
    const { manager } = this.#world.hotel;
    log.append({ type, outcome: 'allowed', employeeId: manager.id, role: manager.role });
    this.made.push({ operation, cursor: cache.syncState.get().cursor, results: [] });
    write();
  }

  /** Runs until nothing moves: the loop waits or is held on the way, the live line waits or can be heard. */
  async rest(): Promise<void> {
    for (;;) {
      const { pace, line } = this.running;
      if (this.failure !== null) throw this.failure;
      const loopRests = pace.waits('turn') || line.isHeld;
      const liveRests = pace.waits('line') || line.live === 'open';
      if (loopRests && liveRests) return;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Lets it have a turn, or go on with the one that is held on the way. */
  async turn(): Promise<void> {
    const { loop, pace, line } = this.running;
    if (line.isHeld) line.letGo();
    else {
      loop.kick();
      pace.grant('turn');
    }
    await this.rest();
  }

  /** Lets the live line be tried again, or be heard up to a number that it will tell. */
  async listen(upTo: number): Promise<void> {
    const { pace, line } = this.running;
    if (pace.waits('line')) pace.grant('line');
    else {
      while (line.live === 'open' && line.told < upTo) {
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
        });
      }
      line.hear();
      if (pace.waits('turn')) pace.grant('turn');
    }
    await this.rest();
  }

  async cut(to?: string): Promise<void> {
    await this.running.line.cut(to);
    await this.rest();
  }

  /** Ends it in the middle of whatever it does: what is on the disk at this moment is all that its next life begins with. */
  async kill(): Promise<void> {
    const before = this.#folder();
    this.#lives += 1;
    if (existsSync(before)) cpSync(before, this.#folder(), { recursive: true });
    await this.close();
    await this.#start();
  }

  async close(): Promise<void> {
    const { loop, pace, cache, seeds, log } = this.running;
    this.#running = null;
    pace.end();
    await loop.close();
    cache.close();
    seeds.close();
    log.abandon();
  }

  /** Notes the server's word on operations, also where the terminal does not hear it. */
  #hear(answer: unknown): void {
    const push = PushResponse.safeParse(answer);
    for (const result of push.data?.results ?? [])
      this.made.find(({ operation }) => operation.id === result.id)?.results.push(result);
  }

  #folder(): string {
    return join(this.#world.folder, `${this.name}-${this.#lives}`);
  }

  async #start(): Promise<void> {
    const { server, wire, random } = this.#world;
    const { propertyId, certificate } = this.enrolment;
    const folder = this.#folder();
    mkdirSync(folder, { recursive: true });
    const cache = opened(openCache({ file: join(folder, 'cache.db'), key: this.#keys.cache }));
    const seeds = opened(openGuestSeeds({ file: join(folder, 'seeds.db'), key: this.#keys.seeds }));
    cache.rewind(seeds.cursor);
    const logFile = opened(openEncryptedFile(join(folder, 'access-log.db'), this.#keys.log));
    const log = new AccessLog(logFile, this.enrolment.deviceId, this.#identity, this.#clock);
    log.append({ type: 'terminal.start', outcome: 'allowed', employeeId: null, role: null });
    const copy = new ServerCopy(log.database, propertyId);
    const changed = () => this.#changed?.();
    const pace = new SimulatedPace(random, changed);
    const line = await SimulatedLine.open(server, { key: CERTIFICATE_KEY, certificate }, wire, {
      onChange: changed,
      onAnswer: (answer) => this.#hear(answer),
    });
    const store = syncStore(cache, seeds);
    const sealed = { log, serverCopy: copy, enrolment: { ...this.enrolment, ca: '' } };
    const loop = new SyncLoop({
      transport: line,
      store: {
        ...store,
        applyPuts: (puts, cursor) => applyBatch(store, puts, cursor),
      },
      property: propertyId,
      clock: this.#clock,
      besides: logHandover({
        sealed,
        transport: line,
        clock: this.#clock,
        note: () => undefined,
        onChange: () => undefined,
      }),
      events: {
        onState: () => undefined,
        onRows: () => undefined,
        onBatchRefused: () => undefined,
        onHungUp: () => undefined,
        onRestored: () => undefined,
        onStale: () => undefined,
        onStoreError: (error) => {
          this.failure = error;
          changed();
        },
      },
      pace,
    });
    this.#running = { cache, seeds, log, copy, loop, line, pace };
    loop.start();
    await this.rest();
  }
}

function opened<T>(result: Opened<T>): T {
  if (!result.ok) throw new Error(`a file did not open: ${result.problem}`);
  return result.value;
}
