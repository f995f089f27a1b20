/** The `electron` module the main bundle gets from the stand-in. */
import type {
  ContextBridge,
  CrashReporter,
  GlobalShortcut,
  IpcRenderer,
  Net,
  SafeStorage,
  Shell,
  SystemPreferences,
  utilityProcess as UtilityProcess,
} from 'electron';
import { refuseAll } from './refuse.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { clipboard, dialog, screen } from './desktop.ts';
export { ipcMain } from './ipc.ts';
export { Menu } from './menu.ts';
export { nativeTheme } from './native-theme.ts';
export { powerMonitor } from './power-monitor.ts';
export { protocol, session } from './session.ts';

// Importable, so that a bundle that mentions them starts; using them throws.
export const shell = refuseAll<Shell>('electron.shell');
export const crashReporter = refuseAll<CrashReporter>('electron.crashReporter');
export const globalShortcut = refuseAll<GlobalShortcut>('electron.globalShortcut');
export const net = refuseAll<Net>('electron.net');
export const safeStorage = refuseAll<SafeStorage>('electron.safeStorage');
export const systemPreferences = refuseAll<SystemPreferences>('electron.systemPreferences');
export const utilityProcess = refuseAll<typeof UtilityProcess>('electron.utilityProcess');
export const contextBridge = refuseAll<ContextBridge>('electron.contextBridge (only in the preload)');
export const ipcRenderer = refuseAll<IpcRenderer>('electron.ipcRenderer (only in the preload)');
