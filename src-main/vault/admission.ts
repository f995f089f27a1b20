/**
 * Whether anybody may work at this terminal (DESIGN §4): it holds a lease of 72 hours from the server, renewed by every contact. A terminal
 * that is stolen and kept from the line shuts itself when that ends; one that was revoked shuts at once, and stays shut over a restart.
 */
import type { SlotContent, SlotFile } from './slot-file.ts';

/** As long as a lease of a second factor: whoever could unlock without a line could also sign in. */
export const TERMINAL_LEASE_MS = 72 * 60 * 60_000;
/** A contact is written down once in so long: the file and its anchor are written at each. */
const NOTE_EVERY_MS = 10 * 60_000;

/** `lease-ended`: no contact with the server for too long. `lapsed`: away for months, to be enrolled anew. */
export type ShutOut = 'revoked' | 'lapsed' | 'lease-ended';

export class Admission {
  readonly #file: Pick<SlotFile, 'content' | 'change' | 'now'>;
  readonly #onChange: () => void;
  #standing: SlotContent['standing'];
  #told: ShutOut | null = null;

  constructor(file: Pick<SlotFile, 'content' | 'change' | 'now'>, onChange: () => void) {
    this.#file = file;
    this.#standing = file.content.standing;
    this.#onChange = onChange;
  }

  /** Why nobody may work here; null when they may. Time is the slot file's, which never goes back. */
  get shutOut(): ShutOut | null {
    if (this.#standing !== 'good') return this.#standing;
    return this.#file.now() - this.#file.content.contactAt > TERMINAL_LEASE_MS ? 'lease-ended' : null;
  }

  /** The lease of a terminal that was just enrolled, or is of a version that had none, begins now. @throws KeyStoreError */
  async begin(): Promise<void> {
    if (this.#file.content.contactAt === 0) await this.take('good');
    this.#told = this.shutOut;
  }

  /** Notes what the server said; every answer is one. @throws KeyStoreError, and what the file system says */
  async take(standing: SlotContent['standing']): Promise<void> {
    const { content } = this.#file;
    // Before it is on the disk: nobody works on meanwhile.
    this.#standing = standing;
    if (standing !== 'good') this.check();
    const contactAt = this.#file.now();
    if (content.standing !== standing || contactAt - content.contactAt > NOTE_EVERY_MS) {
      await this.#file.change((before) => ({ ...before, standing, contactAt }));
    }
    this.check();
  }

  /** Tells of it when the lease has ended since, or the server has said something else. */
  check(): void {
    const now = this.shutOut;
    if (now === this.#told) return;
    this.#told = now;
    this.#onChange();
  }
}
