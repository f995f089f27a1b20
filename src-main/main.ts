/** Wires the terminal to Electron. Nothing else does, and nothing is decided here. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, Menu, powerMonitor } from 'electron';
import { systemClock } from './clock.ts';
import { terminalFiles } from './config.ts';
import { createHandlers } from './desk/channels.ts';
import { viewSession } from './desk/session-view.ts';
import { registerChannels, sendNotice } from './electron/ipc.ts';
import { createHardenedSession } from './electron/session.ts';
import { createMainWindow } from './electron/window.ts';
import { createTechnicalLog, traceOf } from './technical-log.ts';
import { Terminal } from './terminal.ts';
import { createKeytarKeyStore } from './vault/keytar-key-store.ts';

const OUT = dirname(dirname(fileURLToPath(import.meta.url)));

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
  terminal.listen({
    onApp: () => sendNotice(window, 'app.changed', terminal.status),
    onSession: (lockReason) => {
      sendNotice(window, 'session.changed', viewSession({ session: terminal.session, clock: systemClock }));
      // Whatever the page still holds of the last session goes with its document.
      if (lockReason !== null && window !== null && !window.isDestroyed()) window.webContents.reload();
    },
    onSync: () => sendNotice(window, 'sync.changed', terminal.syncView),
    onRows: (rows) => sendNotice(window, 'data.changed', { rows }),
  });
  registerChannels(createHandlers(terminal, systemClock), ({ id, channel, error }) =>
    logger.error({ incident: id, channel, ...traceOf(error) }, 'incident'),
  );

  window = createMainWindow({
    session: createHardenedSession(join(OUT, 'renderer')),
    preload: join(OUT, 'preload', 'preload.cjs'),
    title: 'Keyrack 守口',
    onHidden: () => terminal.session.lock('hidden'),
    onCrashed: (reason) => {
      logger.error({ reason }, 'page-gone');
      terminal.session.lock('by-hand');
    },
  });

  powerMonitor.on('suspend', () => terminal.session.lock('suspend'));
  powerMonitor.on('lock-screen', () => terminal.session.lock('screen-lock'));
  const expiry = setInterval(() => terminal.session.expire(), 1_000);

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
