/** What `import … from 'electron'` gives in the stand-in. */
import { app, hostControl } from './app.ts';
import { HostWindow } from './browser-window.ts';

export { app, Menu, powerMonitor } from './app.ts';
export { HostWindow as BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { session } from './session.ts';

hostControl.closeWindows = async () => {
  await Promise.all(
    HostWindow.getAllWindows().map((window) => new Promise((closed) => window.once('closed', closed).close())),
  );
};
void app;
