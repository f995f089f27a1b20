/** `npm run simulate`: sets up what is missing, then runs terminals and server under faults (test/simulation/main.ts) on the project's own Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ownNode, ROOT, setUp } from './setup.mjs';

setUp('run');
const { status } = spawnSync(ownNode(), [join(ROOT, 'test/simulation/main.ts'), ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
