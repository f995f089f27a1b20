/**
 * The hotel's terminals behind a password under duress: the list is the server's own, since it holds nothing of any guest; codes and orders
 * are taken to all appearance and have no effect. Orders are remembered as long as the decoy is open.
 */
import { createHash, randomInt } from 'node:crypto';
import { formatEnrolmentCode, makeSecret, pinOf } from '../../src-shared/enrolment/code.ts';
import type { DeviceId } from '../../src-shared/model/ids.ts';
import type { EnrolmentCodeResponse, Operation, TerminalsResponse } from '../../src-shared/sync/protocol.ts';

/** As the server does (src-server/store/devices.ts). */
const CODE_LIFE_MS = 10 * 60_000;

export class DecoyTerminals {
  readonly #orders = new Map<DeviceId, { readonly at: number; readonly wipe: boolean }>();
  readonly #now: () => number;

  /** @param now the server's time */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers what was ordered of terminals, and no more. */
  take(operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (operation.kind !== 'device.revoke' && operation.kind !== 'device.wipe') continue;
      const before = this.#orders.get(operation.terminalId);
      const wipe = operation.kind === 'device.wipe' || before?.wipe === true;
      this.#orders.set(operation.terminalId, { at: before?.at ?? this.#now(), wipe });
    }
  }

  /** The list as it would be had they been carried out. */
  shown({ terminals }: TerminalsResponse): TerminalsResponse {
    const after = terminals.map((entry) => {
      const order = this.#orders.get(entry.id);
      if (order === undefined) return entry;
      return {
        ...entry,
        revokedAt: entry.revokedAt ?? order.at,
        wipe: entry.wipe ?? (order.wipe ? ('ordered' as const) : null),
      };
    });
    return { terminals: after };
  }

  /** A code that names the right server, which has never heard of it. @param ca DER, base64 */
  makeCode(ca: string): EnrolmentCodeResponse {
    const pin = pinOf(createHash('sha256').update(Buffer.from(ca, 'base64')).digest());
    for (;;) {
      const code = formatEnrolmentCode({ secret: makeSecret(randomInt), pin });
      if (code !== null) return { code, expiresAt: this.#now() + CODE_LIFE_MS };
    }
  }
}
