/** Two hotels on one server: whatever route a terminal of the one takes, it learns and changes nothing of the other. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { standingText, wipeProofText } from '../../../src-shared/enrolment/messages.ts';
import type { Role } from '../../../src-shared/model/entities.ts';
import { OperationId, PropertyId } from '../../../src-shared/model/ids.ts';
import { PROTOCOL_VERSION, PushResponse, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled, isAnswered, type Terminal } from './client.ts';
import type { House } from './house.ts';
import { namingTheOther } from './naming-the-other.ts';
import { foundSecondHotel, type SecondHotel } from './second-hotel.ts';

const OTHER = PropertyId.parse('apart-house');
const ZEROS = { key: Buffer.alloc(32).toString('base64'), signature: Buffer.alloc(64).toString('base64') };

export function keepingApart(house: () => House): void {
  let ours: Terminal & { readonly signing: KeyObject };
  let theirs: SecondHotel;

  const common = () => ({ at: house().now(), nonce: Buffer.alloc(16, 9).toString('base64') });
  const post = async (path: string, body: object, as: Terminal | undefined = ours) =>
    house()
      .client()
      .ask(path, { method: 'POST', body: { protocol: PROTOCOL_VERSION, ...body }, ...(as ? { as } : {}) });
  const theirsBy = (role: Role) => theirs.employee(role).id;
  const read = async (path: string) => (await house().client().ask(path, { as: ours })).text;
  const outcome = async (path: string, body: object) => {
    const { status, text } = await post(path, body);
    return z.looseObject({ outcome: z.string() }).safeParse(JSON.parse(text)).data?.outcome ?? status;
  };
  const refusals = async (...operations: object[]) => {
    const results = PushResponse.parse((await post(routes.operations(ours.propertyId), { operations })).json()).results;
    return results.map((result) => (result.status === 'refused' ? result.reason : result.status));
  };
  const ofTheirs = () => ({ ...common(), employeeId: theirsBy('receptionist'), signature: ZEROS.signature });
  const secrets = { share: ZEROS.key, totpSecret: ZEROS.key, recoveryCodes: [] };
  /** Where an answer of our own is looked through for anything of theirs. */
  const nothing = async (text: Promise<string> | string) => {
    const said = await text;
    const marks = [
      OTHER,
      theirs.guest.id,
      theirs.guest.name,
      theirs.terminal.deviceId,
      ...theirs.employees.map(({ id }) => id),
    ];
    return marks.filter((mark) => said.includes(mark));
  };

  /** For every route: asks it for things of the other hotel as far as it takes any, and says what must come of it. */
  const ROUTES: {
    readonly [route: string]: readonly [ask: () => Promise<unknown>, expected: unknown] | 'says nothing of any hotel';
  } = {
    'get /healthz': 'says nothing of any hotel',
    // The code says which hotel it is of; one of ours never leads to theirs.
    'post /v1/enrolments': [
      async () => (await enrolled(house().client(), await house().code())).propertyId,
      'harbour-view',
    ],
    'post /v1/foundings/checks': [async () => (await post('/v1/foundings/checks', { code: '0000000000' })).status, 403],
    'post /v1/foundings': [
      async () => (await post('/v1/foundings', { code: '0000000000', propertyId: OTHER })).status,
      400,
    ],
    'post /v1/standings': [
      () => {
        const { deviceId, signing } = ours;
        const asked = { ...common(), propertyId: OTHER, deviceId, certificateRequest: null, version: '1.0.0' };
        const signature = sign(null, Buffer.from(standingText(asked)), signing).toString('base64');
        return isAnswered(post('/v1/standings', { ...asked, signature }));
      },
      false,
    ],
    'post /v1/wipe-proofs': [
      () => {
        const { nonce: order } = common();
        const proof = { propertyId: OTHER, deviceId: theirs.terminal.deviceId, order, unsent: null, entries: 0 };
        const signature = sign(null, Buffer.from(wipeProofText(proof)), ours.signing).toString('base64');
        return isAnswered(post('/v1/wipe-proofs', { ...proof, signature }));
      },
      false,
    ],
    'get /v1/properties/{property}/changes': [
      () => nothing(read(`${routes.changes(ours.propertyId)}?after=0&classes=`)),
      [],
    ],
    'get /v1/properties/{property}/snapshot': [
      () => nothing(read(`${routes.snapshot(ours.propertyId)}?after=0&classes=`)),
      [],
    ],
    'get /v1/properties/{property}/fill': [
      () => nothing(read(`${routes.fill(ours.propertyId)}?class=identity&after=0&until=9999999`)),
      [],
    ],
    // Numbers of one feed (living.ts): what it says of ours is in no other's.
    'get /v1/properties/{property}/live': 'says nothing of any hotel',
    'post /v1/properties/{property}/operations': [
      () => {
        const it = house().employee('it').id;
        const byTheirs = theirsBy('receptionist');
        const order = {
          id: OperationId.parse(ulid()),
          employeeId: it,
          at: house().now(),
          terminalId: theirs.terminal.deviceId,
        };
        return refusals(
          house().addition({}, { guestId: theirs.guest.id }),
          house().addition({ employeeId: byTheirs }, { authorId: byTheirs }),
          { ...order, kind: 'device.revoke' },
          { ...order, id: OperationId.parse(ulid()), kind: 'device.wipe' },
        );
      },
      ['unknown-guest', 'unknown-employee', 'unknown-terminal', 'unknown-terminal'],
    ],
    'post /v1/properties/{property}/terminals': [
      async () => [
        (await post(routes.terminals(ours.propertyId), { employeeId: theirsBy('it') })).status,
        ...(await nothing(
          (
            await post(routes.terminals(ours.propertyId), { employeeId: house().employee('it').id })
          ).text,
        )),
      ],
      [403],
    ],
    'post /v1/properties/{property}/enrolment-codes': [
      async () => (await post(routes.enrolmentCodes(ours.propertyId), { employeeId: theirsBy('it') })).status,
      403,
    ],
    'post /v1/properties/{property}/step-up-secrets': [
      () => outcome(routes.stepUpSecrets(ours.propertyId), { ...ofTheirs(), ...secrets, signingKey: ZEROS.key }),
      'not-hers',
    ],
    'post /v1/properties/{property}/step-ups': [
      () => outcome(routes.stepUps(ours.propertyId), { ...ofTheirs(), factor: { kind: 'totp', code: '000000' } }),
      'not-hers',
    ],
    'post /v1/properties/{property}/step-up-renewals': [
      () =>
        outcome(routes.stepUpRenewals(ours.propertyId), {
          ...ofTheirs(),
          recoveryCodes: [],
          totpSecret: null,
          proof: ZEROS.key,
        }),
      'not-hers',
    ],
    'post /v1/properties/{property}/step-up-resets': [
      () => {
        const orderedBy = theirsBy('security-officer');
        return outcome(routes.stepUpResets(ours.propertyId), {
          ...ofTheirs(),
          ...secrets,
          orderedBy,
          order: ZEROS.signature,
        });
      },
      'not-hers',
    ],
    'post /v1/properties/{property}/access-log': [
      async () =>
        nothing((await post(routes.accessLog(ours.propertyId), { entries: [], seal: null, heldSize: 0 })).text),
      [],
    ],
    'post /v1/properties/{property}/access-log/proofs': [
      () => outcome(routes.accessLogProofs(ours.propertyId), { seq: 1, heldSize: 0 }),
      'unknown',
    ],
  };
  const registered = async () => {
    const answer = await fetch(new URL('/api/json', house().server().operationsUrl ?? ''));
    const { paths } = z
      .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await answer.json());
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
  };

  describe('of two hotels on one server', () => {
    beforeAll(async () => {
      const { client } = house();
      const keys = generateKeyPairSync('ed25519');
      const publicKey = Buffer.from(keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
      ours = { ...(await enrolled(client(), await house().code(), { publicKey })), signing: keys.privateKey };
      const { puts } = await client().pull(ours, 0);
      theirs = await foundSecondHotel(house(), OTHER, puts);
    });

    it('every route has its line here, so that a new one is not forgotten', async () => {
      expect((await registered()).sort()).toEqual(Object.keys(ROUTES).sort());
    });

    it.each(Object.entries(ROUTES))('%s gives a terminal of the one nothing of the other', async (route, line) => {
      const [method = '', path = ''] = route.split(' ');
      if (path.includes('{property}')) {
        const asked = { method: method === 'get' ? 'GET' : 'POST', as: ours } as const;
        const body = method === 'get' ? {} : { body: { protocol: PROTOCOL_VERSION } };
        const address = path.replace('{property}', OTHER);
        expect(
          await isAnswered(
            house()
              .client()
              .ask(address, { ...asked, ...body }),
          ),
        ).toBe(false);
        // Theirs is answered there: it is there, and somebody else's. The live line would not end.
        if (!path.endsWith('/live')) {
          expect(
            await isAnswered(
              house()
                .client()
                .ask(address, { ...asked, ...body, as: theirs.terminal }),
            ),
          ).toBe(true);
        }
      }
      if (line === 'says nothing of any hotel') return;
      const [ask, expected] = line;
      expect(await ask()).toEqual(expected);
    });

    namingTheOther(house, () => ({ ours, theirs }));

    it('the other has by then what it had before, and its terminals go on', async () => {
      const { puts } = await house().client().pull(theirs.terminal, 0);
      const count = (entity: string) => puts.filter((put) => put.entity === entity).length;
      expect([count('guest'), count('guestNote'), count('device')]).toEqual([1, 0, 1]);
    });
  });
}
