/** The stand-in for Electron keeps its promises: see test/host/README.md. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchStandIn, type StandIn } from '../host/launch.ts';

const MAIN = fileURLToPath(new URL('../host/fixture/main.ts', import.meta.url));
const RUN = fileURLToPath(new URL('../host/run.ts', import.meta.url));
const ORIGIN = 'https://app.keyrack.internal';

/** The fixture's bridge, as its page sees it. */
interface Bridge {
  version: string;
  nested: { list: number[] };
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  send(channel: string, ...args: unknown[]): void;
  on(channel: string, listener: (...args: unknown[]) => void): () => void;
  double(value: number): number;
  apply(callback: (value: unknown) => unknown, value: unknown): unknown;
  fail(): void;
  later(value: unknown): Promise<unknown>;
}
declare global {
  var bridge: Bridge;
  var heard: unknown[];
}

let xvfb: ChildProcess | undefined;
let display: string;

beforeAll(async () => {
  const { DISPLAY: given } = process.env;
  if (given) {
    display = given;
    return;
  }
  xvfb = spawn('Xvfb', ['-displayfd', '3', '-noreset', '-screen', '0', '1280x1024x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = await once(xvfb.stdio[3] as NodeJS.ReadableStream, 'data');
  display = `:${String(number).trim()}`;
});

afterAll(() => {
  xvfb?.kill();
});

async function launch(userData: string, ...args: string[]): Promise<StandIn> {
  return await launchStandIn({
    mainBundle: MAIN,
    args: [`--user-data-dir=${userData}`, '--flag=up', ...args],
    display,
  });
}

function invoke(page: Page, channel: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(([name, rest]) => bridge.invoke(name, ...rest), [channel, args] as const);
}

function seen(page: Page): Promise<string[]> {
  return invoke(page, 'seen') as Promise<string[]>;
}

/** Chromium processes whose command line names this folder. */
function chromiumsOf(userData: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return pid !== process.pid && line.includes('chromium') && line.includes(join(userData, 'stand-in-chromium'));
      } catch {
        return false;
      }
    });
}

async function noChromiumLeft(userData: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (chromiumsOf(userData).length > 0 && Date.now() < deadline) await delay(50);
  expect(chromiumsOf(userData)).toEqual([]);
}

describe('a window', () => {
  let userData: string;
  let app: StandIn;
  let page: Page;

  beforeAll(async () => {
    userData = await mkdtemp(join(tmpdir(), 'keyrack-host-'));
    app = await launch(userData);
    page = app.page;
  });

  afterAll(async () => {
    await app?.close();
    await noChromiumLeft(userData);
    await rm(userData, { recursive: true, force: true });
  });

  it('has a secure https origin answered by the handler alone', async () => {
    expect(page.url()).toBe(`${ORIGIN}/index.html`);
    expect(await page.evaluate(() => [isSecureContext, location.origin])).toEqual([true, ORIGIN]);
    const echoed = await page.evaluate(async () => {
      const answer = await fetch('/echo', { method: 'POST', body: 'öl', headers: { 'x-test': 'yes' } });
      return await answer.text();
    });
    expect(echoed).toBe('yes:öl');
  });

  it('gives the bridge to the first script of the page, and nothing else of the preload', async () => {
    expect(await page.evaluate('atStart')).toBe('object');
    const names = ['require', 'process', 'module', 'preloadOnly', 'contextBridge', 'ipcRenderer'];
    expect(await page.evaluate((all) => all.filter((name) => name in globalThis), names)).toEqual([]);
    const strange = () =>
      Object.getOwnPropertyNames(window).filter((name) => /^(post|receive)[0-9a-f]{16}$/.test(name));
    expect(await page.evaluate(strange)).toEqual([]);
  });

  it('freezes the bridge deeply', async () => {
    const frozen = await page.evaluate(() => {
      const { value: _, ...flags } = Object.getOwnPropertyDescriptor(window, 'bridge') ?? {};
      const parts = [bridge, bridge.nested, bridge.nested.list, bridge.invoke];
      return { flags, frozen: parts.map((part) => Object.isFrozen(part)), values: [bridge.version, bridge.nested] };
    });
    expect(frozen).toEqual({
      flags: { writable: false, configurable: false, enumerable: true },
      frozen: [true, true, true, true],
      values: ['1', { list: [1, 2, 3] }],
    });
  });

  it('carries calls, values and errors', async () => {
    const value = { text: 'ü', none: null, list: [1, 2.5, -0], date: new Date(5), deep: { a: [{ b: true }] } };
    expect(await invoke(page, 'echo', value, undefined, 'last')).toEqual([value, undefined, 'last']);
    const kept = await page.evaluate(async () => {
      const sent = [new Map([['a', 1]]), new Set([1]), 10n, new Uint8Array([1, 255]), Number.NaN];
      const [map, set, big, bytes, nan] = (await bridge.invoke('echo', ...sent)) as unknown[];
      return [
        map instanceof Map && map.get('a'),
        set instanceof Set && set.size,
        String(big),
        bytes instanceof Uint8Array && bytes[1],
        String(nan),
      ];
    });
    expect(kept).toEqual([1, 1, '10', 255, 'NaN']);
    const message = (channel: string) =>
      page.evaluate((name) => bridge.invoke(name).catch((error: Error) => error.message), channel);
    expect(await message('fail')).toBe("Error invoking remote method 'fail': RangeError: out of range");
    expect(await message('nobody')).toContain("No handler registered for 'nobody'");
    expect(await message('uncloneable')).toContain('could not be cloned');
  });

  it('tells main who calls', async () => {
    const url = `${ORIGIN}/index.html`;
    const sender = { same: true, fromWindow: true, url, origin: ORIGIN, parent: null };
    expect(await invoke(page, 'sender')).toEqual(sender);
    await page.evaluate(() => bridge.send('sent', 'one'));
    await expect.poll(() => seen(page)).toContain('sent one');
  });

  it('passes functions both ways, at once', async () => {
    const result = await page.evaluate(async () => {
      const thrown = (() => {
        try {
          bridge.fail();
          return 'nothing';
        } catch (error) {
          return String(error);
        }
      })();
      const applied = bridge.apply((value) => Number(value) + 1, 41);
      return [bridge.double(21), applied, await bridge.later({ a: 1 }), thrown];
    });
    expect(result).toEqual([42, 42, { a: 1 }, 'TypeError: not like this']);
  });

  it('lets the page subscribe and unsubscribe', async () => {
    await page.evaluate(() => {
      globalThis.heard = [];
      const off = bridge.on('notice', (value) => heard.push(value));
      Object.assign(globalThis, { off });
    });
    await invoke(page, 'notify', { n: 1 });
    await expect.poll(() => page.evaluate(() => heard)).toEqual([{ n: 1 }]);
    expect(await page.evaluate('typeof off')).toBe('function');
    await page.evaluate('off()');
    await invoke(page, 'notify', { n: 2 });
    await invoke(page, 'echo');
    expect(await page.evaluate(() => heard)).toEqual([{ n: 1 }]);
  });

  it('lets no page put itself between the bridge and the preload', async () => {
    const caught = await page.evaluate(async () => {
      const events: string[] = [];
      const { dispatchEvent, addEventListener } = EventTarget.prototype;
      EventTarget.prototype.dispatchEvent = function (event) {
        events.push(event.type);
        return dispatchEvent.call(this, event);
      };
      EventTarget.prototype.addEventListener = (type: string) => {
        events.push(type);
      };
      const original = window.CustomEvent;
      window.CustomEvent = class extends (original as new (type: string, init?: CustomEventInit) => CustomEvent) {
        constructor(type: string, init?: CustomEventInit) {
          super(type, init);
          events.push(type);
        }
      } as typeof CustomEvent;
      bridge.double(1);
      await bridge.invoke('echo', 1);
      EventTarget.prototype.dispatchEvent = dispatchEvent;
      EventTarget.prototype.addEventListener = addEventListener;
      window.CustomEvent = original;
      return events;
    });
    expect(caught).toEqual([]);
  });

  it('opens no popup', async () => {
    expect(await page.evaluate(() => window.open('/popup'))).toBeNull();
    await page.click('#popup');
    await delay(300);
    expect(page.context().pages().length).toBe(1);
    expect(await seen(page)).toContain('open /popup');
    expect(await seen(page)).not.toContain('GET /popup');
  });

  it('reaches no other place', async () => {
    let connections = 0;
    const server = createServer(() => {
      connections += 1;
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const tried = await page.evaluate(async (listening) => {
      const failed = (promise: Promise<unknown>) =>
        promise.then(
          () => 'got through',
          () => 'failed',
        );
      const worker = new Worker('/worker.js');
      return await Promise.all([
        failed(fetch('https://foreign.blocked/')),
        failed(fetch(`http://127.0.0.1:${listening}/`)),
        fetch('https://elsewhere.example/', { mode: 'no-cors' }).then((answer) => answer.status),
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${listening}/`);
          socket.onerror = () => resolve('failed');
          socket.onopen = () => resolve('got through');
        }),
        navigator.sendBeacon(`http://127.0.0.1:${listening}/`) && 'sent nowhere',
        new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
        }),
      ]);
    }, port);
    expect(tried).toEqual(['failed', 'failed', 0, 'failed', 'sent nowhere', 'blocked']);
    await delay(200);
    expect(connections).toBe(0);
    server.close();
    expect((await seen(page)).filter((line) => line.includes('foreign'))).toEqual([]);
  });

  it('denies permissions and downloads', async () => {
    const denied = await page.evaluate(async () => {
      const name = (promise: Promise<unknown>) =>
        promise.then(
          () => 'granted',
          (error: unknown) => (error as Error).name,
        );
      const position = new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject));
      return [
        await name(navigator.clipboard.readText()),
        await name(navigator.clipboard.writeText('x')),
        await position.catch((error: GeolocationPositionError) => error.code),
        await Notification.requestPermission(),
        (await navigator.permissions.query({ name: 'microphone' })).state,
      ];
    });
    expect(denied).toEqual(['NotAllowedError', 'NotAllowedError', 1, 'denied', 'denied']);
    await page.click('#down');
    await expect.poll(() => seen(page)).toContain(`download ${ORIGIN}/file`);
  });

  it('stops navigation that main prevents', async () => {
    for (const go of [
      () => page.evaluate(() => location.assign('https://elsewhere.example/x')),
      () => page.click('#away', { noWaitAfter: true }),
      () => page.evaluate(() => document.querySelector<HTMLFormElement>('#form')?.submit()),
      () => page.evaluate(() => location.assign('about:blank')),
      () => page.evaluate(() => location.assign(URL.createObjectURL(new Blob(['x'], { type: 'text/html' })))),
    ]) {
      const before = (await seen(page)).length;
      await go();
      await expect.poll(async () => (await seen(page)).slice(before).join()).toContain('will-navigate');
      await delay(200);
      expect(page.url()).toBe(`${ORIGIN}/index.html`);
    }
    expect((await seen(page)).join()).not.toContain('POST /post');
    expect(await page.evaluate(() => bridge.double(2))).toBe(4);
  });

  it('lets go what main allows, and may be clicked and typed into', async () => {
    await page.evaluate(() => location.assign('/allowed'));
    await page.waitForURL(`${ORIGIN}/allowed`);
    expect(await seen(page)).toContain(`will-navigate ${ORIGIN}/allowed`);
    expect(((await invoke(page, 'sender')) as { url: string }).url).toBe(`${ORIGIN}/allowed`);
    await page.fill('#in', '');
    await page.type('#in', 'Grüße');
    expect(await page.inputValue('#in')).toBe('Grüße');
    await page.click('#b');
    await expect
      .poll(async () => (await invoke(page, 'state')) as object)
      .toMatchObject({
        visible: true,
        title: 'clicked',
        url: `${ORIGIN}/allowed`,
      });
    expect((await page.screenshot()).length).toBeGreaterThan(1000);
    expect(await invoke(page, 'capture')).toBe('PNG');
  });

  it('runs the preload again after a reload, from either side', async () => {
    await page.reload();
    expect(await page.evaluate('atStart')).toBe('object');
    expect(await invoke(page, 'echo', 1)).toEqual([1]);
    const loaded = page.waitForEvent('load');
    await invoke(page, 'reload').catch(() => undefined);
    await loaded;
    expect(await page.evaluate('atStart')).toBe('object');
    expect(await invoke(page, 'echo', 2)).toEqual([2]);
    // Neither reload was the page's wish, so main was not asked.
    expect((await seen(page)).filter((line) => line === `will-navigate ${ORIGIN}/allowed`)).toHaveLength(1);
  });

  it('has others beside it, whose pages are handed out, and which are out of sight until they are shown', async () => {
    await invoke(page, 'second');
    await expect.poll(() => app.pages().length).toBe(2);
    const [first, second] = app.pages();
    expect(first).toBe(page);
    expect(second?.url()).toBe(`${ORIGIN}/second`);
    const at = () => second?.evaluate(() => [screenX, screenY]);
    expect(Math.max(...((await at()) ?? [0]))).toBeLessThan(-10_000);
    await invoke(page, 'second-show');
    await expect.poll(at).toEqual([200, 100]);
    await invoke(page, 'second-hide');
    await expect.poll(async () => Math.max(...((await at()) ?? [0]))).toBeLessThan(-10_000);
    await invoke(page, 'second-close');
    await expect.poll(() => app.pages()).toEqual([page]);
    expect(await invoke(page, 'echo', 'still here')).toEqual(['still here']);
  });

  it('hears the test: power, idle time', async () => {
    app.power('suspend');
    app.power('lock-screen');
    app.idle(77);
    await expect.poll(() => seen(page)).toContain('lock-screen');
    expect(await seen(page)).toContain('suspend');
    expect(await invoke(page, 'idle')).toBe(77);
  });

  it('knows its arguments and manifest, and keeps its own clipboard', async () => {
    expect(await invoke(page, 'app')).toEqual(['stand-in-fixture', '1.2.3', 'up']);
    expect(await invoke(page, 'clipboard', 'copied')).toBe('copied');
  });

  it('refuses what it does not have', async () => {
    expect(await invoke(page, 'refused')).toEqual([
      'Error: stand-in: electron.app.getGPUInfo is not implemented',
      'Error: stand-in: BrowserWindow.setKiosk is not implemented',
      'Error: stand-in: webContents.executeJavaScript is not implemented',
      'Error: stand-in: session.cookies is not implemented',
      "Error: stand-in: app event 'gpu-info-update' is not implemented",
      'Error: stand-in: webPreferences.sandbox: false is refused',
      'Error: stand-in: webPreferences.nodeIntegration: true is refused',
    ]);
  });

  it('is there once: a second instance leaves and the first hears of it', async () => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const second = spawn(process.execPath, [RUN, MAIN, `--user-data-dir=${userData}`, '--second'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...env, DISPLAY: display },
    });
    let said = '';
    second.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(second, 'exit');
    expect([code, said]).toEqual([0, expect.stringContaining('second instance leaves')]);
    await expect.poll(() => seen(page)).toContain('second-instance --second');
  });
});

describe('the end', () => {
  let userData: string;
  let app: StandIn;

  beforeEach(async () => {
    userData = await mkdtemp(join(tmpdir(), 'keyrack-host-'));
    app = await launch(userData);
  });

  afterEach(async () => {
    await app?.close();
    await rm(userData, { recursive: true, force: true });
  });

  const over = async () => {
    if (app.process.exitCode === null && app.process.signalCode === null) await once(app.process, 'exit');
    return [app.process.exitCode, app.process.signalCode];
  };

  it('comes with before-quit and will-quit when main quits, and leaves nothing', async () => {
    expect(chromiumsOf(userData).length).toBeGreaterThan(0);
    await invoke(app.page, 'quit').catch(() => undefined);
    expect(await over()).toEqual([0, null]);
    expect(app.output()).toMatch(/before-quit\s+closed\s+will-quit/);
    await noChromiumLeft(userData);
    expect(readdirSync(join(userData, 'stand-in-chromium'))).toEqual([]);
    expect(existsSync(join(userData, 'stand-in.lock'))).toBe(false);
  });

  it('comes when the last window is closed, by main or by the user', async () => {
    await invoke(app.page, 'close').catch(() => undefined);
    expect(await over()).toEqual([0, null]);
    expect(app.output()).toMatch(/closed\s+window-all-closed\s+before-quit\s+will-quit/);
    app = await launch(userData);
    await app.page.close();
    expect(await over()).toEqual([0, null]);
    expect(app.output()).toMatch(/closed\s+window-all-closed/);
    expect(app.output()).not.toContain('gone');
    await noChromiumLeft(userData);
  });

  it('comes when Chromium is killed', async () => {
    for (const pid of chromiumsOf(userData)) {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=')) process.kill(pid, 'SIGKILL');
    }
    expect(await over()).toEqual([0, null]);
    expect(app.output()).toMatch(/gone killed\s+closed\s+window-all-closed/);
    await noChromiumLeft(userData);
  });

  it('leaves no Chromium when the host is told to stop', async () => {
    app.process.kill('SIGTERM');
    await over();
    await noChromiumLeft(userData);
  });

  it('leaves no Chromium when the host is killed, and starts again', async () => {
    app.process.kill('SIGKILL');
    expect(await over()).toEqual([null, 'SIGKILL']);
    await noChromiumLeft(userData);
    app = await launch(userData);
    expect(await invoke(app.page, 'echo', 1)).toEqual([1]);
    expect(readdirSync(join(userData, 'stand-in-chromium'))).toHaveLength(1);
  });
});
