/** Server, demo hotel and terminal, ready to use: what `npm start` runs once everything is installed and built. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { startDesktop } from '../desktop.ts';
import { findElectron } from './electron-binary.ts';
import { type DemoServer, OtherDemoHotel, startDemoServer } from './serve.ts';
import { listStaffCodes } from './staff-codes.ts';
import { photographToday, runTerminal } from './terminal-window.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DEMO = join(ROOT, '.demo');
const SEED = 20_260;

const HELP = `npm start [-- options]

  --screenshot <file.png>   sign in as the receptionist, write what is shown, and leave
  --fresh                   forget the demo hotel and this terminal, and begin anew
  --stand-in                do not use Electron even if it is there
  --help                    print this
`;

const options = readOptions();
if (options !== null) {
  try {
    await start(options);
  } catch (error) {
    if (!(error instanceof OtherDemoHotel)) throw error;
    say(`The demo under .demo/ is of an earlier build. Begin anew with: npm start -- --fresh`);
    process.exitCode = 1;
  }
}

type Options = NonNullable<ReturnType<typeof readOptions>>;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        screenshot: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        'stand-in': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (!values.help) return values;
    say(HELP);
  } catch {
    say(`An option is unknown or lacks its value.\n\n${HELP}`);
    process.exitCode = 2;
  }
  return null;
}

async function start(chosen: Options): Promise<void> {
  if (chosen.fresh) rmSync(DEMO, { recursive: true, force: true });
  mkdirSync(DEMO, { recursive: true, mode: 0o700 });
  const desktop = await startDesktop(join(DEMO, 'desktop'), 'shared');
  try {
    for (const thing of desktop.started) say(`Started: ${thing}`);
    const electron = chosen['stand-in'] ? null : await findElectron(ROOT, say);
    say(
      electron === null ? 'The window: Chromium, by the stand-in for Electron (test/host).' : 'The window: Electron.',
    );
    say('Starting the server; the first time it makes up its hotel, which takes a few seconds …');
    const server = await startDemoServer({
      dataDir: join(DEMO, 'server'),
      seed: SEED,
      businessDate: BusinessDate.parse(new Date().toISOString().slice(0, 10)),
    });
    try {
      const terminal = { root: ROOT, userData: await prepareTerminal(server), electron, env: desktop.env };
      if (chosen.screenshot !== undefined) {
        const file = resolve(chosen.screenshot);
        await photographToday(terminal, server.staff, file);
        say(`Written: ${file}`);
      } else {
        const without = process.env['DISPLAY'] === undefined && process.env['WAYLAND_DISPLAY'] === undefined;
        if (without) say('There is no display here, so nobody sees the window: try --screenshot out.png');
        say(`The server: ${server.url}\n\n${listStaffCodes(server.staff, Date.now())}`);
        say('Codes change every 30 seconds: press Enter for the current ones, Ctrl C to end.');
        process.stdin.on('data', () => say(listStaffCodes(server.staff, Date.now())));
        await runTerminal(terminal);
      }
    } finally {
      await server.stop();
    }
  } finally {
    await desktop.stop();
    process.stdin.destroy();
  }
}

/** What IT would put beside the program; the server has another port at each start. */
async function prepareTerminal(server: DemoServer): Promise<string> {
  const userData = join(DEMO, 'terminal');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  const config = {
    serverUrl: server.url,
    caFile: server.caFile,
    terminalName: '前台 1 · Desk 1',
    enrolmentCode: await server.enrolmentCode(),
    demo: true,
  };
  writeFileSync(join(userData, 'terminal.json'), JSON.stringify(config), { mode: 0o600 });
  return userData;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
