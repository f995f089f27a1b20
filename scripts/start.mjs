/** `npm start`: sets up what is missing, then starts server, demo hotel and terminal (scripts/demo/start.ts). */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, ownNode, ROOT, setUp } from './setup.mjs';

setUp('run');
build();
const child = spawn(ownNode(), [join(ROOT, 'scripts/demo/start.ts'), ...process.argv.slice(2)], {
  cwd: process.cwd(),
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
