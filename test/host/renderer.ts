/** The preload's world of one page: installs it in every document and carries messages to and from it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { isolatedWorld, type WorldConfig } from './bridge/isolated-world.ts';
import { openLink } from './bridge/link.ts';
import { mainWorld } from './bridge/main-world.ts';
import { makeWire } from './bridge/wire.ts';
import type { CdpSession } from './cdp.ts';

const WORLD = 'keyrack-preload';

/** Hears every message of the preload's world, in order. */
export type OnMessage = (kind: string, ...rest: unknown[]) => void;

/** Installs only what every frame gets: for frames in a process of their own, which have no preload. */
export async function refusePopups(frame: CdpSession): Promise<void> {
  await frame.attempt('Page.enable');
  const source = mainWorldSource(randomBytes(16).toString('hex'));
  await frame.attempt('Page.addScriptToEvaluateOnNewDocument', { source });
}

/** The link to the preload's world of the page's top document. */
export class Renderer {
  private readonly session: CdpSession;
  private readonly onMessage: OnMessage;
  private readonly wire = makeWire();
  private readonly config: WorldConfig = {
    token: randomBytes(16).toString('hex'),
    binding: `post${randomBytes(8).toString('hex')}`,
    receiver: `receive${randomBytes(8).toString('hex')}`,
    platform: process.platform,
  };
  private context: number | undefined;

  constructor(session: CdpSession, onMessage: OnMessage) {
    this.session = session;
    this.onMessage = onMessage;
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== this.config.binding) return;
      const [kind, ...rest] = this.wire.unpack(JSON.parse(payload)) as [string, ...unknown[]];
      // The first word of a new document: messages of the one before it are no longer heard.
      if (kind === 'hello') this.context = executionContextId;
      if (executionContextId === this.context) this.onMessage(kind, ...rest);
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.context) this.context = undefined;
    });
    session.on('Runtime.executionContextsCleared', () => {
      this.context = undefined;
    });
  }

  /** Installs both halves for every document to come. Page and Runtime must be enabled. */
  async install(preload: string | undefined): Promise<void> {
    await this.session.send('Runtime.addBinding', { name: this.config.binding, executionContextName: WORLD });
    await this.session.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldSource(this.config.token) });
    const body = `function (require, module, exports, process) {\n${this.preloadSource(preload)}\n}`;
    const isolated = `(${isolatedWorld})(${JSON.stringify(this.config)}, ${openLink}, ${makeWire}, ${body})`;
    await this.session.send('Page.addScriptToEvaluateOnNewDocument', { source: isolated, worldName: WORLD });
  }

  /** Sends an event to ipcRenderer. What is sent while no document is there is lost, as in Electron. */
  sendEvent(channel: string, args: unknown[]): void {
    this.deliver(['event', channel, args]);
  }

  /** Answers an invoke: with the result, or with the message of its error. */
  reply(id: unknown, ok: boolean, value: unknown): void {
    this.deliver(['reply', id, ok, value]);
  }

  private deliver(message: unknown[]): void {
    const contextId = this.context;
    const expression = `${this.config.receiver}(${JSON.stringify(this.wire.pack(message))})`;
    if (contextId !== undefined) void this.session.attempt('Runtime.evaluate', { expression, contextId });
  }

  private preloadSource(path: string | undefined): string {
    if (path === undefined) return '';
    try {
      const source = readFileSync(path, 'utf8');
      // Compiled here only to find a syntax error, which would otherwise take the whole world down in silence.
      new Script(`(function () {\n${source}\n})`, { filename: path });
      return source;
    } catch (error) {
      queueMicrotask(() => this.onMessage('preload-error', error));
      return '';
    }
  }
}

function mainWorldSource(token: string): string {
  return `'use strict'; (${mainWorld})(${JSON.stringify(token)}, ${openLink})`;
}
