/**
 * Offline leases (DESIGN §4): after an unlock by the server the terminal keeps share and TOTP secret for a while, sealed under the
 * password's key and a key of the device together. The file holds no counter: guesses, codes used and which lease is the newest are
 * kept where an old file brings nothing back (attempts.ts).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EmployeeId, Instant, type PropertyId } from '../../src-shared/model/ids.ts';
import { LEASE_MS } from '../../src-shared/step-up/messages.ts';
import { writeDurably } from '../store/durable-file.ts';
import type { Attempts } from './attempts.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

const Lease = z.strictObject({
  /** Which of the person's leases: only the newest is one. */
  serial: z.int().min(1),
  issuedAt: Instant,
  expiresAt: Instant,
  /** Null when it was used up by wrong codes. */
  sealed: z.base64().max(1024).nullable(),
});
type Lease = z.infer<typeof Lease>;
const LeaseFile = z.strictObject({ version: z.literal(1), leases: z.partialRecord(EmployeeId, Lease) });
type LeaseFile = z.infer<typeof LeaseFile>;

/** Why there is no lease to unlock by. */
export type LeaseProblem = 'none' | 'expired' | 'used-up';

/** What a lease holds. The holder zeroes both. */
export interface Leased {
  readonly share: Buffer;
  readonly totpSecret: Buffer;
}

export interface LeaseState {
  /** Until when codes can be checked on this terminal; null when they cannot. */
  readonly until: number | null;
  readonly problem: LeaseProblem | null;
}

export interface LeasesInput {
  readonly file: string;
  readonly propertyId: PropertyId;
  /** 32 bytes that come of the device secret. */
  readonly deviceKey: Buffer;
  readonly attempts: Pick<Attempts, 'now' | 'advance' | 'reached'>;
}

export class Leases {
  readonly #input: LeasesInput;

  constructor(input: LeasesInput) {
    this.#input = input;
  }

  /**
   * Keeps a new lease in place of the one before.
   * @param lastsMs as the server says; never longer than the policy's 72 hours
   * @throws KeyStoreError, and what the file system says: then there is none
   */
  async issue(employee: EmployeeId, unlockKey: Buffer, leased: Leased, lastsMs: number): Promise<void> {
    const { attempts } = this.#input;
    const key = this.#keyOf(unlockKey);
    const plain = Buffer.concat([leased.share, leased.totpSecret]);
    try {
      const issuedAt = attempts.now();
      const serial = Math.max(issuedAt, ((await attempts.reached(employee, 'lease')) ?? 0) + 1);
      const terms = { serial, issuedAt, expiresAt: issuedAt + Math.min(lastsMs, LEASE_MS) };
      const sealed = sealBox(key, this.#contextOf(employee, terms), plain);
      // Before the file: from here on the lease before is none, wherever a copy of it lies.
      await attempts.advance(employee, 'lease', serial);
      this.#write(employee, { ...terms, sealed });
    } finally {
      key.fill(0);
      plain.fill(0);
    }
  }

  /** Opens somebody's lease. @returns why there is none. @throws KeyStoreError */
  async open(employee: EmployeeId, unlockKey: Buffer): Promise<Leased | LeaseProblem> {
    const key = this.#keyOf(unlockKey);
    try {
      const lease = await this.#current(employee);
      if (typeof lease === 'string') return lease;
      const { sealed, ...terms } = lease;
      const plain = sealed === null ? null : openBox(key, this.#contextOf(employee, terms), sealed);
      if (plain === null) return 'none';
      const leased = {
        share: Buffer.from(plain.subarray(0, SHARE)),
        totpSecret: Buffer.from(plain.subarray(SHARE)),
      };
      plain.fill(0);
      return leased;
    } finally {
      key.fill(0);
    }
  }

  /** @throws KeyStoreError */
  async state(employee: EmployeeId): Promise<LeaseState> {
    const lease = await this.#current(employee);
    return typeof lease === 'string' ? { until: null, problem: lease } : { until: lease.expiresAt, problem: null };
  }

  /**
   * Ends a lease for good: what it held is gone, and a copy of the file brings nothing back.
   * @throws KeyStoreError, and what the file system says
   */
  async end(employee: EmployeeId, why: 'used-up' | 'withdrawn'): Promise<void> {
    const { attempts } = this.#input;
    const lease = this.#read().leases[employee];
    if (lease === undefined) return;
    const serial = Math.max(attempts.now(), ((await attempts.reached(employee, 'lease')) ?? 0) + 1);
    await attempts.advance(employee, 'lease', serial);
    this.#write(employee, why === 'used-up' ? { ...lease, serial, sealed: null } : undefined);
  }

  /** Zeroes the device's key: no lease opens any more. */
  close(): void {
    this.#input.deviceKey.fill(0);
  }

  async #current(employee: EmployeeId): Promise<Lease | LeaseProblem> {
    const { attempts } = this.#input;
    const lease = this.#read().leases[employee];
    if (lease === undefined || lease.serial !== (await attempts.reached(employee, 'lease'))) return 'none';
    if (lease.sealed === null) return 'used-up';
    const now = attempts.now();
    // An expiry that was written into the file does not open: it is part of the context.
    return now >= lease.expiresAt || now < lease.issuedAt ? 'expired' : lease;
  }

  /** A file that is not there, or does not fit, holds no lease. */
  #read(): LeaseFile {
    try {
      return LeaseFile.parse(JSON.parse(readFileSync(this.#input.file, 'utf8')));
    } catch {
      return { version: 1, leases: {} };
    }
  }

  /** On the disk when it returns. */
  #write(employee: EmployeeId, lease: Lease | undefined): void {
    const { file } = this.#input;
    const { [employee]: _, ...others } = this.#read().leases;
    const leases = lease === undefined ? others : { ...others, [employee]: lease };
    writeDurably(file, JSON.stringify({ version: 1, leases }));
  }

  /** Both are needed: the password's key and the device's. */
  #keyOf(unlockKey: Buffer): Buffer {
    const both = Buffer.concat([unlockKey, this.#input.deviceKey]);
    try {
      return deriveKey(both, 'keyrack/lease/v1');
    } finally {
      both.fill(0);
    }
  }

  #contextOf(employee: EmployeeId, { serial, issuedAt, expiresAt }: Omit<Lease, 'sealed'>): string {
    return JSON.stringify(['keyrack/lease/v1', this.#input.propertyId, employee, serial, issuedAt, expiresAt]);
  }
}

/** Bytes of a step-up share. */
const SHARE = 32;
