/** A demo hotel's server and terminals of it, all real, for the tests: everything is asked through the channels, as the window does. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DemoHotel, generateHotel } from '../../../scripts/demo/hotel.ts';
import { type DemoServer, startDemoServer } from '../../../scripts/demo/serve.ts';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { terminalFiles } from '../../../src-main/config.ts';
import { createHandlers } from '../../../src-main/desk/channels.ts';
import { Prompt } from '../../../src-main/desk/prompt.ts';
import { createPromptHandlers } from '../../../src-main/desk/prompt-channels.ts';
import { type IncidentSink, serveChannel } from '../../../src-main/desk/serve-channel.ts';
import { viewSession } from '../../../src-main/desk/session-view.ts';
import { createTechnicalLog, traceOf } from '../../../src-main/technical-log.ts';
import { Terminal } from '../../../src-main/terminal.ts';
import { KDF_FLOOR } from '../../../src-main/vault/kdf.ts';
import { createKeytarKeyStore } from '../../../src-main/vault/keytar-key-store.ts';
import { createLog } from '../../../src-server/log.ts';
import {
  CHANNELS,
  type ChannelInput,
  type ChannelName,
  type ChannelOutput,
  NOTICES,
  type NoticeName,
} from '../../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import {
  PROMPT_CHANNELS,
  type PromptChannelInput,
  type PromptChannelName,
  type PromptChannelOutput,
} from '../../../src-shared/ipc/prompt-contract.ts';
import type { AppStatus } from '../../../src-shared/ipc/views.ts';
import type { Role } from '../../../src-shared/model/index.ts';
import { BusinessDate } from '../../../src-shared/model/index.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { copyFoundedServer } from '../server/made-once.ts';
import { afterwards } from './afterwards.ts';
import { renewSecondFactors } from './second-factors.ts';

const SEED = 7;
const BUSINESS_DATE = BusinessDate.parse('2026-03-14');
const PLAN = { seed: SEED, businessDate: BUSINESS_DATE, guests: 120, rooms: 40 };

export interface House {
  readonly server: DemoServer;
  /** What the server was founded with, in clear. */
  readonly hotel: DemoHotel;
  /** Starts the server anew over the same data, at another port; stop the one before first. */
  restart(): Promise<DemoServer>;
  /** Who works there in a role: the first of them. */
  who(role: Role): DemoEmployee;
}

/** A folder that goes when the tests of the file do. */
export function tempFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `keyrack-${name}-`));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the server; it is stopped after the tests of the file. */
export async function openHouse(): Promise<House> {
  const clock = testClock();
  const dataDir = tempFolder('server');
  await copyFoundedServer(dataDir, PLAN);
  const start = async () => {
    const started = await startDemoServer({ ...PLAN, dataDir, log: createLog('silent'), clock });
    afterwards(() => started.stop());
    return started;
  };
  const server = await start();
  return {
    server,
    hotel: generateHotel(PLAN),
    restart: start,
    who: (role) => {
      const found = server.staff.find((person) => person.role === role);
      if (found === undefined) throw new Error(`nobody is ${role}`);
      return found;
    },
  };
}

/** How far the tests of this file have moved the time: the server's and every terminal's, since codes are of one time. */
let ahead = 0;

/** The wall clock and the one that only goes on, both moved by tests. */
export function testClock() {
  let setBack = 0;
  return {
    now: () => Date.now() + ahead - setBack,
    mono: () => performance.now() + ahead,
    /** Sets this machine's wall clock back by so much of what it is; the other one goes on. */
    setBack: (ms: number) => {
      setBack = ms;
    },
    pass: (ms: number) => {
      ahead += ms;
    },
  };
}
type TestClock = ReturnType<typeof testClock>;

export interface Desk {
  readonly terminal: Terminal;
  readonly folder: string;
  readonly clock: TestClock;
  /** Every notice that the window was sent. */
  readonly notices: { readonly name: NoticeName; readonly payload: unknown }[];
  /** Incidents of the wrapper: bugs. */
  readonly incidents: Parameters<IncidentSink>[0][];
  call<C extends ChannelName>(name: C, input: ChannelInput<C>): Promise<IpcResult<ChannelOutput<C>>>;
  /** As `call`, for input that need not fit, from a page that need not be ours. */
  callWith(name: ChannelName, input: unknown, from?: 'own-page' | 'foreign-page'): Promise<IpcResult<unknown>>;
  /** As `call` and `callWith`, of the prompt's window. */
  callPrompt<C extends PromptChannelName>(
    name: C,
    input: PromptChannelInput<C>,
  ): Promise<IpcResult<PromptChannelOutput<C>>>;
  callPromptWith(
    name: PromptChannelName,
    input: unknown,
    from?: 'own-page' | 'foreign-page',
  ): Promise<IpcResult<unknown>>;
  /** What the window is asked to do, of which there is none here. */
  readonly prompted: ('open' | 'show' | 'hide' | 'print')[];
  /** Picks somebody, types a password into the prompt, and closes it when that was wrong. */
  typePassword(who: Pick<DemoEmployee, 'id'>, password: string): Promise<IpcResult<unknown>>;
  /** Asks for the second factor, types a code into the prompt, and closes it when that was wrong. */
  typeCode(code: string): Promise<IpcResult<unknown>>;
  signIn(employee: DemoEmployee): Promise<void>;
  /** Signs in and proves the second factor with the next code that was not used. */
  unlock(employee: DemoEmployee): Promise<void>;
  /** Waits until sync says so. */
  until(what: (view: ChannelOutput<'sync.view'>) => boolean): Promise<void>;
}

export interface DeskSettings {
  readonly folder: string;
  readonly serverUrl: string;
  readonly caPem: string;
  readonly enrolmentCode?: string;
}

/** Writes a terminal's folder as IT would. */
export function setUpFolder({ folder, serverUrl, caPem, ...rest }: DeskSettings): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ca.pem'), caPem);
  writeFileSync(
    terminalFiles(folder).config,
    JSON.stringify({ serverUrl, caFile: 'ca.pem', terminalName: 'Front desk 1', ...rest }),
  );
}

/** A terminal over a folder, as main.ts would have it: not started yet, closed after the tests of the file. */
export function openDesk(folder: string, clock = testClock()): Desk {
  const logger = createTechnicalLog(join(folder, 'logs'));
  const terminal = new Terminal({
    files: terminalFiles(folder),
    folder,
    keyStore: createKeytarKeyStore,
    clock,
    version: '0.0.0-test',
    cost: KDF_FLOOR,
    // The memory of a lock is looked at in test/faults/memory-after-lock.test.ts; here it is mostly the test's own.
    collect: () => undefined,
    note: (event, cause) => logger.info({ event, cause }),
  });
  const notices: Desk['notices'] = [];
  const incidents: Desk['incidents'] = [];
  const notice = (name: NoticeName, payload: unknown) => {
    notices.push({ name, payload: NOTICES[name].parse(payload) });
  };
  terminal.listen({
    onApp: () => notice('app.changed', terminal.status),
    onSession: () => notice('session.changed', viewSession({ session: terminal.session, clock })),
    onSync: () => notice('sync.changed', terminal.syncView),
    onRows: (rows) => notice('data.changed', { rows }),
  });
  const prompted: Desk['prompted'] = [];
  const prompt = new Prompt({
    face: {
      open: () => prompted.push('open'),
      tell: () => undefined,
      show: () => prompted.push('show'),
      hide: () => prompted.push('hide'),
      print: async () => prompted.push('print') > 0,
    },
    look: () => terminal.status,
    note: (event) => logger.info({ event }),
  });
  const handlers = createHandlers(terminal, clock, prompt);
  const promptHandlers = createPromptHandlers(terminal, prompt);
  const onIncident: IncidentSink = (incident) => {
    incidents.push(incident);
    logger.error({ incident: incident.id, channel: incident.channel, ...traceOf(incident.error) }, 'incident');
  };
  const desk: Desk = {
    terminal,
    folder,
    clock,
    notices,
    incidents,
    prompted,
    call: (name, input) => serveChannel(CHANNELS, name, handlers, true, input, onIncident),
    callWith: (name, input, from = 'own-page') =>
      serveChannel(CHANNELS, name, handlers, from === 'own-page', input, onIncident),
    callPrompt: (name, input) => serveChannel(PROMPT_CHANNELS, name, promptHandlers, true, input, onIncident),
    callPromptWith: (name, input, from = 'own-page') =>
      serveChannel(PROMPT_CHANNELS, name, promptHandlers, from === 'own-page', input, onIncident),
    typePassword: ({ id }, password) =>
      typeInto(desk, desk.call('session.signIn', { employeeId: id }), () =>
        desk.callPrompt('prompt.password', { password }),
      ),
    typeCode: (code) =>
      typeInto(desk, desk.call('session.unlock', undefined), () => desk.callPrompt('prompt.code', { code })),
    signIn: async (employee) => {
      expectOk(await desk.typePassword(employee, employee.password));
    },
    unlock: async (employee) => {
      await desk.signIn(employee);
      clock.pass(60_000);
      expectOk(await desk.typeCode(currentTotp(employee.totpSecret, clock.now())));
    },
    until: async (what) => {
      const end = performance.now() + 20_000;
      while (!what(terminal.syncView)) {
        if (performance.now() > end) throw new Error(`sync is still ${JSON.stringify(terminal.syncView)}`);
        await wait(20);
      }
    },
  };
  afterwards(() => terminal.close());
  return desk;
}

/**
 * What a person does at the prompt: types when she is asked, leaves when it was wrong.
 * @returns what the prompt said was wrong, otherwise what the app's page was answered
 */
async function typeInto(
  desk: Pick<Desk, 'callPrompt'>,
  asked: Promise<IpcResult<unknown>>,
  type: () => Promise<IpcResult<unknown>>,
): Promise<IpcResult<unknown>> {
  const { question } = expectOk(await desk.callPrompt('prompt.view', undefined));
  if (question === null) return asked;
  const typed = await type();
  if (!typed.ok) await desk.callPrompt('prompt.cancel', undefined);
  const answer = await asked;
  return typed.ok ? answer : typed;
}

/** A terminal that was enrolled by code and has the whole hotel. */
export async function enrolledDesk({ server }: Pick<House, 'server'>, folder = tempFolder('terminal')): Promise<Desk> {
  await renewSecondFactors(server);
  setUpFolder({ folder, serverUrl: server.url, caPem: server.caPem });
  const desk = openDesk(folder);
  await desk.terminal.start();
  expectOk(await desk.call('app.enrol', { code: await server.enrolmentCode() }));
  await desk.until((view) => view.line === 'online');
  return desk;
}

/** The value of an answer that must be one. */
export function expectOk<T>(result: IpcResult<T>): T {
  if (!result.ok) throw new Error(`the answer was ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The error code of an answer; null when there was none. */
export function codeOf(result: IpcResult<unknown>): string | null {
  return result.ok ? null : result.error.code;
}

/** The kind of the fault that is shown; null when there is none. */
export function faultOf(status: Pick<AppStatus, 'fault'>): string | null {
  return status.fault?.kind ?? null;
}
