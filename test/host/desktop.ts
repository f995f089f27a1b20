/** The small modules of the desktop: dialogs go to stderr, the clipboard is memory, the screen is one size. */
import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { refuseUnknown } from './refuse.ts';

const WORK_AREA = { width: 1280, height: 1024 };
let copied = '';

/** Electron's `dialog`: nobody is there to answer, so a question gets its safest answer. */
export const dialog = refuseUnknown('electron.dialog', {
  showErrorBox: (title: string, content: string): void => {
    process.stderr.write(`stand-in dialog: ${title}: ${content}\n`);
  },
  showMessageBox: async (first: object, second?: MessageBoxOptions): Promise<MessageBoxReturnValue> => {
    const options = second ?? (first as MessageBoxOptions);
    process.stderr.write(`stand-in dialog: ${options.message}\n`);
    return { response: options.cancelId ?? options.defaultId ?? 0, checkboxChecked: false };
  },
});

/** Electron's `clipboard`, apart from the system's, so that a test neither reads nor leaves anything there. */
export const clipboard = refuseUnknown('electron.clipboard', {
  readText: async (): Promise<string> => copied,
  writeText: async (text: string): Promise<void> => {
    copied = text;
  },
  clear: (): void => {
    copied = '';
  },
});

/** Electron's `screen`. */
export const screen = refuseUnknown('electron.screen', {
  getPrimaryDisplay: () =>
    refuseUnknown('display', {
      id: 1,
      scaleFactor: 1,
      size: { ...WORK_AREA },
      workAreaSize: { ...WORK_AREA },
      bounds: { x: 0, y: 0, ...WORK_AREA },
      workArea: { x: 0, y: 0, ...WORK_AREA },
    }),
});
