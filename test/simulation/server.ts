/** The server's process as a simulation has it: asked, killed without a word, started again over the same files. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Put } from '../../src-server/store/feed.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { EntityName, Property } from '../../src-shared/model/entities.ts';
import type { DeviceId } from '../../src-shared/model/ids.ts';
import { memoryFolder } from './memory-folder.ts';

const CHILD = fileURLToPath(new URL('./server-child.ts', import.meta.url));

/** A row of the feed with the seq of each field that has changed. */
export interface FeedRow {
  readonly entity: EntityName;
  readonly seq: number;
  readonly row: { readonly id: string; readonly [field: string]: unknown };
  readonly versions: { readonly [field: string]: number };
}

/** What is asked of it beside its port: what an operator does, and what the laws look at. */
export type Asked =
  | { readonly ask: 'found'; readonly property: Property; readonly puts: readonly Put[] }
  | { readonly ask: 'code'; readonly property: string }
  | {
      readonly ask: 'profile';
      readonly property: string;
      readonly device: DeviceId;
      readonly classes: readonly SealedClass[];
    }
  /** The newest number of its feed. */
  | { readonly ask: 'newest'; readonly property: string; readonly device: DeviceId }
  /** Of which classes a terminal may hold values. */
  | { readonly ask: 'may-hold'; readonly property: string; readonly device: DeviceId }
  | { readonly ask: 'feed'; readonly property: string };

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly caPem: string;
}

export class SimulatedServer {
  readonly dataDir: string;
  readonly #database: string | undefined;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;
  #running: Running;
  #log = '';

  private constructor(dataDir: string, database: string | undefined, running: Running) {
    this.dataDir = dataDir;
    this.#database = database;
    this.#running = running;
    this.#listen(running.child);
  }

  /**
   * @param options.database `postgres://…`; left out for the embedded one
   * @param options.fill makes the empty data directory that of a server which has been there before: that is quicker than a new one
   */
  static async start(
    options: { readonly database?: string | undefined; readonly fill?: (dataDir: string) => Promise<void> } = {},
  ): Promise<SimulatedServer> {
    const { database, fill } = options;
    const dataDir = mkdtempSync(join(memoryFolder(), 'keyrack-simulation-'));
    await fill?.(dataDir);
    return new SimulatedServer(dataDir, database, await launch(dataDir, database));
  }

  get url(): string {
    return this.#running.url;
  }

  get caPem(): string {
    return this.#running.caPem;
  }

  /** Of the process that runs now. */
  get pid(): number {
    return this.#running.child.pid ?? 0;
  }

  /** What it has written to its log, of every start. */
  get log(): string {
    return this.#log;
  }

  /** @throws when it could not, with its reason */
  ask<T>(asked: Asked): Promise<T> {
    const id = ++this.#asked;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#running.child.send({ id, ...asked });
    return waiting.promise as Promise<T>;
  }

  /** kill -9, and a start over what it left. Its port is another one. @param meanwhile what is done while there is none */
  async kill(meanwhile?: () => Promise<void>): Promise<void> {
    const { child } = this.#running;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
    await meanwhile?.();
    this.#running = await launch(this.dataDir, this.#database);
    this.#listen(this.#running.child);
  }

  /** Ends it and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this.#running;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  #listen(child: ChildProcess): void {
    child.stderr?.on('data', (bytes) => {
      this.#log += String(bytes);
    });
    child.on('message', ({ id, value, problem }: { id: number; value?: unknown; problem?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (problem === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(`the server: ${problem}`));
    });
  }
}

async function launch(dataDir: string, database: string | undefined): Promise<Running> {
  const child = fork(CHILD, database === undefined ? [dataDir] : [dataDir, database], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
  });
  let complaint = '';
  const complain = (bytes: Buffer) => {
    complaint += String(bytes);
  };
  child.stderr?.on('data', complain);
  const ended = once(child, 'exit').then(() => null);
  const message = await Promise.race([once(child, 'message'), ended]);
  if (message === null) throw new Error(`the server did not start: ${complaint}`);
  child.stderr?.off('data', complain);
  const [{ url, caPem }] = message as [{ url: string; caPem: string }];
  return { child, url, caPem };
}
