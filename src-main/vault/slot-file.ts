/**
 * The slot file beside the cache: what is known while that is closed. Encrypted as a whole under a key of the device secret, written
 * whole, and anchored: the keychain knows how far its counter had come, so that an older file put back is not taken for the newest.
 */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { Employee, ENTITIES, KdfHeader } from '../../src-shared/model/entities.ts';
import { EmployeeId, Instant } from '../../src-shared/model/ids.ts';
import { CaseOpening, PasswordChange } from '../../src-shared/sync/protocol.ts';
import type { Clock } from '../clock.ts';
import { writeDurably } from '../store/durable-file.ts';
import { FACTORS, MARKS } from './attempts.ts';
import type { KeyStore } from './key-store.ts';
import { PreparedSlot } from './prepared-slot.ts';
import { openBox, sealBox } from './sealed-box.ts';
import { Slot } from './slot.ts';
import { readJson, writeJson } from './terminal-keys.ts';

/** What was guessed at and used up by one employee. */
export const Guesses = z.strictObject({
  attempts: z.partialRecord(z.enum(FACTORS), z.strictObject({ failed: z.int().min(0), lockedUntil: z.int().min(0) })),
  marks: z.partialRecord(z.enum(MARKS), z.int().min(0)),
});
export type Guesses = z.infer<typeof Guesses>;

/** Somebody who may sign in here. */
const Person = z.strictObject({
  ...Employee.pick({ id: true, propertyId: true, name: true, nameLatin: true, staffNumber: true, role: true }).shape,
  /** Which credential the slot was made from. */
  credential: z.string().max(64),
  slot: z.union([Slot, PreparedSlot]),
});
export type Person = z.infer<typeof Person>;

const Content = z.strictObject({
  version: z.literal(1),
  /** Goes up with every write. */
  counter: z.int().min(0),
  /** How far the cache's own counter had come when it was last opened or closed. */
  cacheMark: z.int().min(0),
  /** The latest time that was seen. */
  seen: Instant,
  /** What a run of Argon2id should cost on this machine; null until it was measured. */
  cost: KdfHeader.omit({ algorithm: true, salt: true }).nullable(),
  /** The hotel as the picker names it. */
  property: ENTITIES.property.nullable(),
  people: z.array(Person),
  guesses: z.partialRecord(EmployeeId, Guesses),
  /** Cases that the server must hear of whether the cache is open or not (sync/silent-alarm.ts). */
  alarms: z.array(CaseOpening),
  /** Passwords that were changed here and are not in the cache yet: the slot is, and a slot and its credential go together. */
  renewals: z.array(PasswordChange),
});
export type SlotContent = z.infer<typeof Content>;

const Anchor = z.strictObject({ counter: z.int().min(0), seen: Instant });

interface SlotFileInput {
  readonly file: string;
  /** 32 bytes, derived from the device secret; the slot file's own from here on. */
  readonly key: Buffer;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
}

export class SlotFile {
  readonly #input: SlotFileInput;
  #content: SlotContent;
  /** When `seen` was seen, by the clock that only goes on. */
  #seenAt: number;
  /** One write after the other: the anchor must not overtake the file. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(input: SlotFileInput, content: SlotContent, anchored: z.infer<typeof Anchor> | null) {
    this.#input = input;
    this.#content = { ...content, seen: Math.max(content.seen, anchored?.seen ?? 0) };
    this.#seenAt = input.clock.mono();
  }

  /**
   * Opens the file.
   * @returns `missing` when there is none, `unreadable` when it does not open under this key or is not ours, `older` when the keychain
   * knows of a later one
   * @throws KeyStoreError, and what the file system says
   */
  static async open(input: SlotFileInput): Promise<SlotFile | 'missing' | 'unreadable' | 'older'> {
    const anchored = await readJson(input.keyStore, 'slot-anchor', Anchor);
    if (!existsSync(input.file)) return 'missing';
    const content = read(input.file, input.key);
    if (content === null) return 'unreadable';
    // The file is written first. Only the very first one can be without an anchor, and there is nobody in it.
    if (content.counter < (anchored?.counter ?? 1)) return 'older';
    if (anchored === null && content.people.length > 0) return 'older';
    return new SlotFile(input, content, anchored);
  }

  /** Begins a file with nobody in it, in the place of whatever is there. @throws KeyStoreError, and what the file system says */
  static async begin(input: SlotFileInput): Promise<SlotFile> {
    const anchored = await readJson(input.keyStore, 'slot-anchor', Anchor);
    const nobody: SlotContent = {
      version: 1,
      // Above every file that was there before.
      counter: anchored?.counter ?? 0,
      cacheMark: 0,
      seen: anchored?.seen ?? 0,
      cost: null,
      property: null,
      people: [],
      guesses: {},
      alarms: [],
      renewals: [],
    };
    const begun = new SlotFile(input, nobody, anchored);
    await begun.change((content) => content);
    return begun;
  }

  get content(): SlotContent {
    return this.#content;
  }

  /** Epoch milliseconds that never go back: with the wall clock behind, time passes all the same while the program runs. */
  now(): number {
    const { clock } = this.#input;
    const passed = clock.mono() - this.#seenAt;
    return Math.max(Math.round(clock.now()), Math.round(this.#content.seen + passed));
  }

  /** Changes the content; on the disk and anchored when it returns. @throws KeyStoreError, and what the file system says */
  change(edit: (content: SlotContent) => SlotContent): Promise<void> {
    const next = this.#writing.then(async () => {
      const { file, key, keyStore, clock } = this.#input;
      const [seen, seenAt] = [this.now(), clock.mono()];
      const changed = { ...edit(this.#content), counter: this.#content.counter + 1, seen };
      writeDurably(file, encode(changed, key));
      this.#content = changed;
      this.#seenAt = seenAt;
      await writeJson(keyStore, 'slot-anchor', { counter: changed.counter, seen });
    });
    this.#writing = next.catch(() => undefined);
    return next;
  }

  /** Waits for what is being written, and forgets the key. */
  async close(): Promise<void> {
    await this.#writing;
    this.#input.key.fill(0);
  }
}

const CONTEXT = 'keyrack/slot-file/v1';
const Envelope = z.strictObject({ version: z.literal(1), sealed: z.base64() });

function encode(content: SlotContent, key: Buffer): string {
  const plain = Buffer.from(JSON.stringify(content), 'utf8');
  return JSON.stringify({ version: 1, sealed: sealBox(key, CONTEXT, plain) } satisfies z.infer<typeof Envelope>);
}

function read(file: string, key: Buffer): SlotContent | null {
  try {
    const plain = openBox(key, CONTEXT, Envelope.parse(JSON.parse(readFileSync(file, 'utf8'))).sealed);
    return plain === null ? null : Content.parse(JSON.parse(plain.toString('utf8')));
  } catch (error) {
    // What the file system says is another trouble than what the file says.
    if (error instanceof Error && 'code' in error && 'syscall' in error) throw error;
    return null;
  }
}
