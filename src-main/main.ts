/** Wires the terminal to Electron. Nothing else does, and nothing is decided here. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, Menu, powerMonitor } from 'electron';
import { CHANNEL_NAMES } from '../src-shared/ipc/bridge.ts';
import { CHANNELS, NOTICES } from '../src-shared/ipc/contract.ts';
import { PROMPT_CHANNEL_NAMES } from '../src-shared/ipc/prompt-bridge.ts';
import { PROMPT_CHANNELS } from '../src-shared/ipc/prompt-contract.ts';
import { systemClock } from './clock.ts';
import { terminalFiles } from './config.ts';
import { createHandlers } from './desk/channels.ts';
import { Prompt } from './desk/prompt.ts';
import { createPromptHandlers } from './desk/prompt-channels.ts';
import type { IncidentSink } from './desk/serve-channel.ts';
import { viewSession } from './desk/session-view.ts';
import { registerChannels, sendNotice } from './electron/ipc.ts';
import { PromptWindow } from './electron/prompt-window.ts';
import { createHardenedSession } from './electron/session.ts';
import { createMainWindow } from './electron/window.ts';
import { createTechnicalLog, traceOf } from './technical-log.ts';
import { Terminal } from './terminal.ts';
import { createKeytarKeyStore } from './vault/keytar-key-store.ts';
import type { LockReason } from './vault/session.ts';

const OUT = dirname(dirname(fileURLToPath(import.meta.url)));
const RENDERER = join(OUT, 'renderer');
const TITLE = 'Keyrack 守口';

// No helper process of Chromium may write a dump of what it holds.
app.commandLine.appendSwitch('disable-breakpad');
app.commandLine.appendSwitch('disable-crash-reporter');
app.commandLine.appendSwitch(
  'disable-features',
  'SpareRendererForSitePerProcess,AutofillServerCommunication,Translate',
);
app.enableSandbox();

if (app.requestSingleInstanceLock()) void run();
else app.quit();

async function run(): Promise<void> {
  await app.whenReady();
  Menu.setApplicationMenu(null);
  const folder = app.getPath('userData');
  const logger = createTechnicalLog(join(folder, 'logs'));
  process.on('uncaughtException', (error) => {
    logger.fatal(traceOf(error), 'uncaught');
    app.exit(1);
  });
  let window: BrowserWindow | null = null;

  const terminal = new Terminal({
    files: terminalFiles(folder),
    folder,
    keyStore: createKeytarKeyStore,
    clock: systemClock,
    version: app.getVersion(),
    note: (event, cause) => logger.info({ event, cause }),
  });
  const promptWindow = new PromptWindow({
    session: createHardenedSession(RENDERER, 'keyrack-prompt', 'may-ask-security-keys'),
    preload: join(OUT, 'preload', 'prompt-preload.cjs'),
    title: TITLE,
    parent: () => window,
    onLeft: () => prompt.left(),
    onClosed: () => prompt.pageIsGone(),
    onCrashed: (reason) => {
      logger.error({ reason }, 'prompt-gone');
      prompt.pageIsGone();
    },
  });
  const prompt = new Prompt({
    face: promptWindow,
    look: () => terminal.status,
    note: (event) => logger.error({ event }),
  });
  /** Nobody is at the desk any more, signed in or about to be. */
  const lock = (reason: LockReason) => {
    prompt.cancel();
    terminal.session.lock(reason);
  };
  // While a hotel is founded there is no door yet, and whoever changes the language then is not thrown out.
  let hadDoor = false;
  terminal.listen({
    onApp: () => {
      const hasDoor = terminal.door !== null;
      if (hadDoor && !hasDoor) prompt.cancel();
      hadDoor = hasDoor;
      prompt.refresh();
      sendNotice(window, NOTICES, 'app.changed', terminal.status);
    },
    onSession: (lockReason) => {
      if (lockReason !== null) prompt.cancel();
      sendNotice(window, NOTICES, 'session.changed', viewSession({ session: terminal.session, clock: systemClock }));
      // Whatever the page still holds of the last session goes with its document.
      if (lockReason !== null && window !== null && !window.isDestroyed()) window.webContents.reload();
    },
    onSync: () => sendNotice(window, NOTICES, 'sync.changed', terminal.syncView),
    onRows: (rows) => sendNotice(window, NOTICES, 'data.changed', { rows }),
  });
  const onIncident: IncidentSink = ({ id, channel, error }) =>
    logger.error({ incident: id, channel, ...traceOf(error) }, 'incident');
  registerChannels(
    {
      contract: CHANNELS,
      names: CHANNEL_NAMES,
      handlers: createHandlers(terminal, systemClock, prompt),
      window: () => window,
    },
    onIncident,
  );
  registerChannels(
    {
      contract: PROMPT_CHANNELS,
      names: PROMPT_CHANNEL_NAMES,
      handlers: createPromptHandlers(terminal, prompt),
      window: () => promptWindow.window,
    },
    onIncident,
  );

  window = createMainWindow({
    session: createHardenedSession(RENDERER, 'keyrack', 'no-security-keys'),
    preload: join(OUT, 'preload', 'preload.cjs'),
    title: TITLE,
    onHidden: () => lock('hidden'),
    onBlurred: () => promptWindow.blurred(),
    onShown: () => prompt.prepare(),
    onClosed: () => promptWindow.close(),
    onCrashed: (reason) => {
      logger.error({ reason }, 'page-gone');
      lock('by-hand');
    },
  });

  powerMonitor.on('suspend', () => {
    prompt.cancel();
    // Closed before the machine sleeps: what lies in memory then may lie on the disk.
    terminal.session.seal('suspend');
  });
  powerMonitor.on('lock-screen', () => lock('screen-lock'));
  const expiry = setInterval(() => terminal.expire(), 1_000);

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    clearInterval(expiry);
    void terminal
      .close()
      .catch((error: unknown) => logger.error(traceOf(error), 'close'))
      .finally(() => {
        closed = true;
        app.quit();
      });
  });

  await terminal.start();
}
