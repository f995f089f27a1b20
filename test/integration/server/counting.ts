import { describe, expect, it } from 'vitest';
import { LogPushResponse, PROTOCOL_VERSION, PushResponse, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled, isAnswered, PUBLIC_KEY, type Terminal } from './client.ts';
import type { House } from './house.ts';
import { MARK } from './refusing.ts';

const MEBIBYTE = 1_048_576;
const ZEROS = Buffer.alloc(64).toString('base64');

/** Each kind of bad message, what becomes of it, and what it is counted as. */
export function counting(house: () => House): void {
  const post = (as: Terminal, body: object, path = routes.operations(as.propertyId)) =>
    house().client().ask(path, { method: 'POST', as, body });
  const raw = async (as: Terminal, text: string) => {
    const path = routes.operations(as.propertyId);
    const answer = await house().client().ask(path, { method: 'POST', as, raw: text });
    return (answer.json() as { error: { code: string } }).error.code;
  };
  const pushed = async (as: Terminal, ...operations: object[]) =>
    PushResponse.parse((await post(as, { protocol: PROTOCOL_VERSION, operations })).json()).results;
  const refusal = (kind: string) => `keyrack_refusals_total{kind="${kind}"}`;

  const CASES: readonly (readonly [
    what: string,
    counted: string,
    send: (as: Terminal) => Promise<unknown>,
    outcome: unknown,
  ])[] = [
    [
      'truncated',
      refusal('unreadable'),
      (as) => raw(as, JSON.stringify({ protocol: PROTOCOL_VERSION, operations: [MARK] }).slice(0, -4)),
      'unreadable',
    ],
    ['oversized', refusal('too-large'), (as) => raw(as, `"${MARK}${'x'.repeat(MEBIBYTE)}"`), 'too-large'],
    [
      'of another version',
      refusal('update-required'),
      (as) => raw(as, JSON.stringify({ protocol: PROTOCOL_VERSION + 1, operations: [MARK] })),
      'update-required',
    ],
    [
      'for another property',
      refusal('wrong-property'),
      (as) => isAnswered(post(as, { protocol: PROTOCOL_VERSION, operations: [] }, routes.operations('east-lake'))),
      false,
    ],
    [
      'that asks how a terminal stands under a forged signature',
      refusal('forged-signature'),
      ({ propertyId, deviceId }) => {
        const asked = {
          protocol: PROTOCOL_VERSION,
          propertyId,
          deviceId,
          at: house().now(),
          version: '1.0.0',
          nonce: Buffer.alloc(16).toString('base64'),
          certificateRequest: null,
        } as const;
        const body = { ...asked, signature: ZEROS };
        return isAnswered(house().client().ask(routes.standing, { method: 'POST', body }));
      },
      false,
    ],
    [
      'with a log under a forged seal',
      refusal('unreadable-log'),
      async (as) => {
        const seal = { upToSeq: 1, hash: '0'.repeat(64), signature: ZEROS };
        const body = { protocol: PROTOCOL_VERSION, entries: ['{}'], seal, heldSize: 0 };
        return LogPushResponse.parse((await post(as, body, routes.accessLog(as.propertyId))).json()).outcome;
      },
      'refused',
    ],
    [
      'that was replayed',
      'keyrack_operations_total{outcome="duplicate",reason=""}',
      async (as) => {
        const operation = house().addition();
        await pushed(as, operation);
        return (await pushed(as, operation))[0]?.status;
      },
      'duplicate',
    ],
    [
      'that the policy forbids, with others behind it that are taken',
      'keyrack_operations_total{outcome="refused",reason="forbidden"}',
      async (as) => {
        const finance = house().employee('finance').id;
        const poison = house().addition({ employeeId: finance }, { authorId: finance, text: MARK });
        return (await pushed(as, poison, house().addition())).map(({ status }) => status);
      },
      ['refused', 'applied'],
    ],
  ];

  describe('a message', () => {
    it.each(CASES)(
      '%s is refused by its own name, counted, and logged without its content',
      async (_, counted, send, outcome) => {
        const as = await enrolled(house().client(), await house().code(), { publicKey: PUBLIC_KEY });
        const read = async () => {
          const line = (await house().metrics()).split('\n').find((one) => one.startsWith(`${counted} `));
          return Number(line?.split(' ').at(-1) ?? 0);
        };
        const [before, logged] = [await read(), house().log().length];
        expect(await send(as)).toEqual(outcome);
        // What is counted when the answer has gone may be counted a moment after it came.
        await expect.poll(read, { interval: 5 }).toBe(before + 1);
        const lines = house().log().slice(logged);
        const word = /(?:kind|reason|outcome)="([a-z-]+)"\}$/.exec(counted)?.[1] ?? 'seen-before';
        expect(lines).toContain(`"${word}"`);
        expect(lines).not.toContain(MARK);
      },
    );
  });
}
