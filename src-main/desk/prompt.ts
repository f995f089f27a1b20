/**
 * What is asked in the prompt window: a password or a code, of one person, one question at a time (DESIGN §4). The app's page asks
 * for the question and learns the outcome; what is typed comes by the prompt's own channels. It knows nothing of Electron.
 */
import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { PromptQuestion, PromptView } from '../../src-shared/ipc/prompt-contract.ts';
import type { AppStatus, SessionView, StaffItem } from '../../src-shared/ipc/views.ts';
import { ok, refuse } from './desk.ts';

/** How long the window's page may take before the person is told that it does not come. */
const PAGE_MS = 10_000;

/** The window, as far as this file cares. */
export interface PromptFace {
  /** Makes the window, hidden, when it is not there. @throws whatever keeps it from being made */
  open(): void;
  /** Hands the page what it should show now. */
  tell(view: PromptView): void;
  show(): void;
  /** Hides the window and throws its page away, with whatever was typed into it. Harmless when it is not there. */
  hide(): void;
}

interface PromptInput {
  readonly face: PromptFace;
  /** The language and theme of this terminal. */
  readonly look: () => Pick<AppStatus, 'locale' | 'theme'>;
  /** One line for the technical log. */
  readonly note: (event: string) => void;
  /** Milliseconds the page may take; for tests. */
  readonly pageMs?: number;
}

interface Open {
  readonly question: PromptQuestion;
  readonly answer: PromiseWithResolvers<IpcResult<SessionView>>;
  readonly gone: AbortController;
}

export class Prompt {
  readonly #input: PromptInput;
  #open: Open | null = null;
  #turn = 0;
  #page = Promise.withResolvers<void>();
  #pageThere = false;

  constructor(input: PromptInput) {
    this.#input = input;
  }

  get view(): PromptView {
    const { locale, theme } = this.#input.look();
    return { locale, theme, question: this.#open?.question ?? null };
  }

  /**
   * Asks. A question that is still open is taken back.
   * @returns the session once the answer was right; `cancelled` when the prompt closed before, `prompt-unavailable` when it
   * could not be shown
   */
  ask(
    asks: PromptQuestion['asks'],
    employee: StaffItem,
    about: PromptQuestion['about'] = null,
  ): Promise<IpcResult<SessionView>> {
    this.cancel();
    this.#turn += 1;
    const open: Open = {
      question: { asks, employee, about, turn: this.#turn },
      answer: Promise.withResolvers(),
      gone: new AbortController(),
    };
    this.#open = open;
    void this.#bring(open);
    return open.answer.promise;
  }

  /** Has the window made and kept hidden, so that the first question need not wait for it. */
  prepare(): void {
    try {
      this.#input.face.open();
    } catch {
      // Whoever asks is told.
      this.#input.note('prompt-unavailable');
    }
  }

  /**
   * Tries what was typed; what is right closes the prompt, what is not leaves it open.
   * @param check gets who was asked, and a signal that is aborted when the prompt closes in the meantime
   */
  async attempt(
    asks: PromptQuestion['asks'],
    check: (employeeId: StaffItem['id'], gone: AbortSignal) => Promise<IpcResult<SessionView>>,
  ): Promise<IpcResult<null>> {
    const open = this.#open;
    if (open === null || open.question.asks !== asks) return refuse('cancelled');
    const result = await check(open.question.employee.id, open.gone.signal);
    if (!result.ok) return result;
    this.#end(open, result);
    return ok(null);
  }

  /** Closes the prompt: the person closed it, or went away. Harmless when nothing is asked. */
  cancel(): void {
    if (this.#open !== null) this.#end(this.#open, refuse('cancelled'));
  }

  /** Language or theme changed. */
  refresh(): void {
    if (this.#pageThere) this.#input.face.tell(this.view);
  }

  /** A new page has come up and asks what to show. */
  pageIsThere(): void {
    this.#pageThere = true;
    this.#page.resolve();
  }

  /** The page died, or its window was closed. */
  pageIsGone(): void {
    if (this.#pageThere) this.#page = Promise.withResolvers();
    this.#pageThere = false;
    this.cancel();
  }

  async #bring(open: Open): Promise<void> {
    const { face, pageMs = PAGE_MS } = this.#input;
    const late = setTimeout(() => this.#fail(open), pageMs);
    try {
      face.open();
      await this.#page.promise;
    } catch {
      this.#fail(open);
    } finally {
      clearTimeout(late);
    }
    if (this.#open !== open) return;
    face.tell(this.view);
    face.show();
  }

  #fail(open: Open): void {
    if (this.#open !== open) return;
    this.#input.note('prompt-unavailable');
    this.#end(open, refuse('prompt-unavailable'));
  }

  #end(open: Open, result: IpcResult<SessionView>): void {
    if (this.#open !== open) return;
    this.#open = null;
    open.gone.abort();
    this.#input.face.hide();
    if (this.#pageThere) this.#page = Promise.withResolvers();
    this.#pageThere = false;
    open.answer.resolve(result);
  }
}
