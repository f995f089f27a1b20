/** Runs a built main bundle on the stand-in: node test/host/run.ts <main-bundle> [app args…] */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [node = process.execPath, , bundle, ...args] = process.argv;
if (bundle === undefined) {
  process.stderr.write('usage: node test/host/run.ts <main-bundle> [app args…]\n');
  process.exit(2);
}
const main = resolve(bundle);
// As the app sees it under Electron: the executable, the app, its arguments.
process.argv = [node, main, ...args];

const facade = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: facade, shortCircuit: true }
      : next(specifier, context),
});

// Imported only now: app.ts reads process.argv, and both must be the same instance the bundle gets.
const { app, becomeReady } = await import('./app.ts');
const { listenToParent } = await import('./control.ts');

// Electron stays until it is told to quit; Node would leave when nothing is pending.
setInterval(() => undefined, 2 ** 30);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // An app that does not quit when asked is ended all the same, and its Chromium with it.
    setTimeout(() => process.exit(1), 3000).unref();
    app.quit();
  });
}
listenToParent();
await import(pathToFileURL(main).href);
setTimeout(becomeReady, 0);
