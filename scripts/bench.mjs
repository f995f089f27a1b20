/** `npm run bench`: sets up what is missing, then measures (test/bench/main.ts) on the project's own Node. `--quick` for a small hotel. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ownNode, ROOT, setUp } from './setup.mjs';

setUp('run');
const { status } = spawnSync(ownNode(), [join(ROOT, 'test/bench/main.ts'), ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
