/**
 * The window that passwords and codes are typed into (DESIGN §4): main's own, with a session, a preload and a page apart from the
 * app's. It is made once and kept hidden, so that the field is there at once when it is asked for.
 */
import type { BrowserWindow } from 'electron';
import { PROMPT_NOTICES, type PromptView } from '../../src-shared/ipc/prompt-contract.ts';
import type { PromptFace } from '../desk/prompt.ts';
import { sendNotice } from './ipc.ts';
import { ORIGIN } from './origin.ts';
import { placePrompt, promptSize } from './prompt-size.ts';
import { createHardenedWindow, type HardenedInput } from './window.ts';

/** From one window to the other the keyboard is nowhere for a moment. */
const SETTLED_MS = 200;

export interface PromptWindowInput extends HardenedInput {
  /** The terminal's window, which it stands in front of. */
  readonly parent: () => BrowserWindow | null;
  /** The keyboard is in neither window any more: the person went away. */
  readonly onLeft: () => void;
  /** The window was closed; the next question makes a new one. */
  readonly onClosed: () => void;
}

export class PromptWindow implements PromptFace {
  readonly #input: PromptWindowInput;
  #window: BrowserWindow | null = null;
  /** Shown, and had the keyboard since: before that nobody can have left it. */
  #reached = false;
  /** Looks soon whether the keyboard went elsewhere. */
  #looking: NodeJS.Timeout | undefined;
  #size = promptSize({ question: null, ceremony: null });

  constructor(input: PromptWindowInput) {
    this.#input = input;
  }

  /** Null when it is not there. */
  get window(): BrowserWindow | null {
    return this.#window;
  }

  /** @throws when there is no window to stand in front of, or none can be made */
  open(): void {
    if (this.#window !== null) return;
    const window = createHardenedWindow(this.#input, {
      ...this.#size,
      parent: this.#parent(),
      modal: true,
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      backgroundColor: '#ffffff',
    });
    this.#window = window;
    window.on('focus', () => {
      this.#reached = window.isVisible();
    });
    window.on('blur', () => this.blurred());
    window.on('closed', () => {
      this.#window = null;
      this.#reached = false;
      this.#input.onClosed();
    });
    // A page that does not come is noticed by whoever waits for it.
    window.loadURL(`${ORIGIN}/prompt.html`).catch(() => undefined);
  }

  tell(view: PromptView): void {
    const size = promptSize(view);
    const differs = size !== this.#size;
    this.#size = size;
    sendNotice(this.#window, PROMPT_NOTICES, 'prompt.changed', view);
    if (differs && this.#window?.isVisible() === true) this.#place(this.#window);
  }

  show(): void {
    const window = this.#window;
    if (window === null) return;
    this.#place(window);
    window.show();
    window.focus();
    this.#reached = window.isFocused();
  }

  hide(): void {
    const window = this.#window;
    this.#reached = false;
    // Who left the question before has not left the next one.
    clearTimeout(this.#looking);
    if (window === null || window.isDestroyed()) return;
    // Whoever typed here goes on in the terminal; whoever went elsewhere is not called back.
    const typing = window.isFocused();
    window.hide();
    if (typing) this.#parent().focus();
    window.webContents.reload();
  }

  /** One of the two windows lost the keyboard. */
  blurred(): void {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => {
      if (!this.#reached || this.#window?.isFocused() === true || this.#input.parent()?.isFocused() === true) return;
      this.#input.onLeft();
    }, SETTLED_MS);
  }

  /** With the terminal's window it goes too. */
  close(): void {
    this.#window?.destroy();
  }

  /** On paper, by the system's own dialogue: its printer, its number of copies. Nothing is kept of it. */
  print(): Promise<boolean> {
    const window = this.#window;
    if (window === null) return Promise.resolve(false);
    return new Promise((resolve) => {
      window.webContents.print({ silent: false, printBackground: false }, (printed) => resolve(printed));
    });
  }

  #place(window: BrowserWindow): void {
    window.setBounds(placePrompt(this.#size, this.#parent().getBounds()));
  }

  #parent(): BrowserWindow {
    const parent = this.#input.parent();
    if (parent === null || parent.isDestroyed()) throw new Error('the prompt stands in front of a window');
    return parent;
  }
}
