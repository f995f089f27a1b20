/** `app` and `powerMonitor` of the stand-in, and what a test may do to them. */

import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type Electron from 'electron';
import { refuseRest } from './refuse.ts';

const DATA_FOLDER = '--user-data-dir=';

class HostApp extends EventEmitter {
  readonly #folder = resolve(
    process.argv.find((arg) => arg.startsWith(DATA_FOLDER))?.slice(DATA_FOLDER.length) ??
      join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'keyrack'),
  );
  #lock: Server | null = null;
  #quitting = false;

  readonly commandLine = refuseRest('app.commandLine', { appendSwitch: (_name: string, _value?: string) => {} });

  whenReady(): Promise<void> {
    return lockState;
  }
  enableSandbox(): void {}
  getVersion(): string {
    return process.env['npm_package_version'] ?? '0.1.0';
  }
  getPath(name: string): string {
    if (name !== 'userData') throw new Error(`stand-in: app.getPath('${name}') is not implemented`);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return this.#folder;
  }

  /** The lock is a socket without a file; whoever comes second is told so before it opens anything (see {@link whenReady}). */
  requestSingleInstanceLock(): boolean {
    const name = `\0keyrack-${createHash('sha256').update(this.#folder).digest('hex').slice(0, 24)}`;
    lockState = new Promise((done) => {
      const server = createServer((socket) => {
        this.emit('second-instance', {}, [], process.cwd());
        socket.end();
      });
      server.once('error', () => {
        connect(name, () => process.exit(0)).on('error', () => process.exit(0));
      });
      server.listen(name, () => {
        this.#lock = server;
        done();
      });
    });
    return true;
  }

  quit(): void {
    if (this.#quitting) return;
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    this.#quitting = true;
    void hostControl.closeWindows().finally(() => {
      this.emit('will-quit', {});
      this.exit(0);
    });
  }
  exit(code = 0): void {
    this.#lock?.close();
    process.exit(code);
  }
}

let lockState: Promise<void> = Promise.resolve();
export const app = refuseRest('app', new HostApp());
export const powerMonitor = refuseRest('powerMonitor', new EventEmitter());
export const Menu = refuseRest('Menu', { setApplicationMenu: (_menu: null) => {} });

/** What the stand-in's parts and a test need of each other. */
export const hostControl = {
  closeWindows: async (): Promise<void> => {},
  loaded: (): void => {
    if (process.connected) process.send?.({ type: 'loaded' });
  },
};

process.on('message', (message: { type?: string; event?: string }) => {
  if (message.type === 'power' && message.event !== undefined) powerMonitor.emit(message.event);
  if (message.type === 'quit') app.quit();
});
process.on('disconnect', () => app.quit());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());

/** Holds the stand-in to Electron's own declarations. */
void ((host: HostApp): Pick<Electron.App, 'whenReady' | 'enableSandbox' | 'getVersion' | 'quit' | 'exit'> => host);
