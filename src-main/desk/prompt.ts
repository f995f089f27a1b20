/**
 * What is asked in the prompt window: a password or a code, of one person, one question at a time (DESIGN §4). The app's page asks
 * for the question and learns the outcome; what is typed comes by the prompt's own channels. It knows nothing of Electron.
 */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { type CeremonyAnswer, type CeremonyAsks, CeremonyStep } from '../../src-shared/ipc/prompt-ceremony.ts';
import type { PromptQuestion, PromptView } from '../../src-shared/ipc/prompt-contract.ts';
import type { KeyToAsk } from '../../src-shared/ipc/security-key.ts';
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
  /** Has what the page shows printed. @returns false when it was not */
  print(): Promise<boolean>;
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

/** What opens the class keys. */
type Factor = Exclude<PromptQuestion['asks'], 'password'>;

interface Open {
  question: PromptQuestion | null;
  /** Of a ceremony: the step that waits, and what to do with its answer. */
  step: { readonly shown: CeremonyStep; readonly take: (answer: unknown) => Promise<IpcResult<null>> } | null;
  end(result: IpcResult<SessionView>): void;
  readonly gone: AbortController;
}

/** What a step shows, beside its name. */
type Shown<A extends CeremonyAsks> = Omit<Extract<CeremonyStep, { asks: A }>, 'asks' | 'turn'>;

/** Asks one thing after the other in the same window, until it returns. */
export interface Conversation {
  /**
   * Shows a step and waits for an answer that `check` takes; what it refuses leaves the step open.
   * @returns what `check` made of the answer
   * @throws PromptClosed when the prompt was closed instead
   */
  ask<A extends CeremonyAsks, T>(
    asks: A,
    shown: Shown<A>,
    check: (answer: CeremonyAnswer<A>) => IpcResult<T> | Promise<IpcResult<T>>,
  ): Promise<T>;
  /** Aborted when the prompt closes. */
  readonly gone: AbortSignal;
}

/** The person closed the prompt in the middle of a ceremony, or it was closed. */
class PromptClosed extends Error {
  override readonly name = 'PromptClosed';
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
    return { locale, theme, question: this.#open?.question ?? null, ceremony: this.#open?.step?.shown ?? null };
  }

  /**
   * Asks. A question that is still open is taken back.
   * @param check who will check a code, once that is known
   * @param keys security keys that may answer instead of a code
   * @returns the session once the answer was right; `cancelled` when the prompt closed before, `prompt-unavailable` when it
   * could not be shown
   */
  ask(
    asks: PromptQuestion['asks'],
    employee: StaffItem,
    check?: Promise<PromptQuestion['check']>,
    keys: readonly KeyToAsk[] = [],
    about: PromptQuestion['about'] = null,
  ): Promise<IpcResult<SessionView>> {
    this.cancel();
    this.#turn += 1;
    const answer = Promise.withResolvers<IpcResult<SessionView>>();
    const open: Open = {
      question: { asks, employee, about, turn: this.#turn, check: null, keys: [...keys] },
      step: null,
      end: answer.resolve,
      gone: new AbortController(),
    };
    this.#open = open;
    void this.#bring(open);
    // Told when it is known, which is before the window is there. Without it, she is asked all the same.
    check?.then(
      (known) => {
        if (open.question !== null) open.question = { ...open.question, check: known };
        if (this.#open === open) this.refresh();
      },
      () => this.#input.note('lease-unknown'),
    );
    return answer.promise;
  }

  /**
   * Goes through a ceremony in the window. A question that is still open is taken back.
   * @returns what the conversation came to; `cancelled` and `prompt-unavailable` as {@link ask}
   */
  converse<T>(hold: (conversation: Conversation) => Promise<IpcResult<T>>): Promise<IpcResult<T>> {
    this.cancel();
    const outcome = Promise.withResolvers<IpcResult<T>>();
    const open: Open = {
      question: null,
      step: null,
      // Closed from outside: what is true of the window is the answer.
      end: (result) => outcome.resolve(result.ok ? refuse('cancelled') : result),
      gone: new AbortController(),
    };
    this.#open = open;
    const { signal } = open.gone;
    const held = hold({ gone: signal, ask: (asks, shown, check) => this.#askStep(open, asks, shown, check) });
    held
      .then(outcome.resolve, (error: unknown) => {
        if (!(error instanceof PromptClosed)) outcome.reject(error);
      })
      .finally(() => this.#end(open, refuse('cancelled')));
    void this.#bring(open);
    return outcome.promise;
  }

  /** Takes the answer to a step of a ceremony. */
  async answer<A extends CeremonyAsks>(asks: A, answer: CeremonyAnswer<A>): Promise<IpcResult<null>> {
    const step = this.#open?.step;
    return step?.shown.asks === asks ? step.take(answer) : refuse('cancelled');
  }

  /** Prints what the page shows: a share, or one-time codes. */
  async print(): Promise<IpcResult<null>> {
    const asks = this.#open?.step?.shown.asks;
    if (asks !== 'share' && asks !== 'recovery-codes') return refuse('cancelled');
    return (await this.#input.face.print()) ? ok(null) : refuse('not-printed');
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
    if (open?.question?.asks !== asks) return refuse('cancelled');
    const result = await check(open.question.employee.id, open.gone.signal);
    if (!result.ok) return result;
    this.#end(open, result);
    return ok(null);
  }

  /** Closes the prompt: the person closed it, or went away. Harmless when nothing is asked. */
  cancel(): void {
    if (this.#open !== null) this.#end(this.#open, refuse('cancelled'));
  }

  /**
   * The keyboard went to another window. What is being typed is taken back. A ceremony waits: its printer asks, its people read their
   * phones. So does a security key: some systems ask for it in a window of their own, and nothing of it stands in this one.
   */
  left(): void {
    const question = this.#open?.question;
    if (question != null && question.asks !== 'security-key') this.cancel();
  }

  /** The person takes the other factor. @returns `cancelled` when there is no other to take */
  switchTo(asks: Factor): IpcResult<null> {
    const open = this.#open;
    const question = open?.question;
    if (open === null || question == null || question.asks === 'password' || question.keys.length === 0)
      return refuse('cancelled');
    this.#turn += 1;
    open.question = { ...question, asks, turn: this.#turn };
    this.refresh();
    return ok(null);
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

  async #askStep<A extends CeremonyAsks, T>(
    open: Open,
    asks: A,
    shown: Shown<A>,
    check: (answer: CeremonyAnswer<A>) => IpcResult<T> | Promise<IpcResult<T>>,
  ): Promise<T> {
    if (this.#open !== open) throw new PromptClosed();
    const taken = Promise.withResolvers<T>();
    open.gone.signal.addEventListener('abort', () => taken.reject(new PromptClosed()), { once: true });
    this.#turn += 1;
    open.step = {
      shown: CeremonyStep.parse({ asks, ...shown, turn: this.#turn }),
      take: async (answer) => {
        // `answer` lets only what belongs to this step through.
        const result = await check(answer as CeremonyAnswer<A>);
        if (!result.ok) return result;
        taken.resolve(result.value);
        return ok(null);
      },
    };
    this.refresh();
    return taken.promise;
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
    open.end(result);
  }
}
