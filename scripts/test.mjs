/** `npm test`: sets up what is missing, then runs every check (scripts/checks.ts) on the project's own Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, ownNode, ROOT, setUp } from './setup.mjs';

setUp('test');
build();
const { status } = spawnSync(ownNode(), [join(ROOT, 'scripts/checks.ts'), ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
