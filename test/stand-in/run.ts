/** Starts a built main bundle on the stand-in: `node test/host/run.ts out/main/main.js [app arguments]`. */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const bundle = process.argv[2];
if (bundle === undefined) throw new Error('usage: run.ts <main bundle> [app arguments]');

const electron = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: electron, shortCircuit: true }
      : next(specifier, context),
});
await import(pathToFileURL(resolve(bundle)).href);
