/** Second factors at the server: who gets a step-up share, for which code, and how often it may be tried. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepStepUp } from '../../../scripts/demo/found.ts';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { putStepUp, releaseStepUp, renewStepUp, resetStepUp, type StepUpLine } from '../../../src-main/sync/step-up.ts';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { openCredential, openSignInKeys } from '../../../src-main/vault/credential.ts';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { makeRecoveryCodes } from '../../../src-main/vault/recovery-codes.ts';
import type { Employee } from '../../../src-shared/model/entities.ts';
import { DeviceId, EmployeeId } from '../../../src-shared/model/ids.ts';
import { LEASE_MS } from '../../../src-shared/step-up/messages.ts';
import { readRecoveryCode } from '../../../src-shared/step-up/recovery-code.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import {
  type EnrolResponse,
  routes,
  type StepUpRequest,
  type StepUpResponse,
} from '../../../src-shared/sync/protocol.ts';
import { enrolled } from './client.ts';
import type { House } from './house.ts';

const MINUTE = 60_000;
const HALF_AN_HOUR = 30 * MINUTE;

export function steppingUp(house: () => House): void {
  describe('the second factor', () => {
    /** The employee's row, by what the feed says last. */
    const rowOf = async ({ id }: Pick<DemoEmployee, 'id'>): Promise<Employee> => {
      const { server, hotel } = house();
      const { rows } = await server().store.readFeed(hotel.property.id, 0, 10_000);
      const found = rows.findLast(({ entity, json }) => entity === 'employee' && JSON.parse(json).id === id);
      if (found === undefined) throw new Error('nobody by this id');
      return JSON.parse(found.json);
    };
    const signing = new Map<string, Buffer>();
    /** The signing key of one of the staff, opened by her password as a terminal does. */
    const signerOf = async (person: DemoEmployee) => {
      const known = signing.get(person.id);
      if (known !== undefined) return { employeeId: person.id, signing: known };
      const { credential, propertyId } = await rowOf(person);
      const who = { propertyId, employeeId: person.id };
      const unlockKey = await openCredential(credential, who, Buffer.from(person.password));
      const keys = unlockKey === null ? null : openSignInKeys(credential, who, unlockKey);
      if (keys === null) throw new Error('the password is right');
      signing.set(person.id, keys.signing);
      return { employeeId: person.id, signing: keys.signing };
    };
    const terminal = async () => enrolled(house().client(), await house().code());
    /** Does something on the line of a terminal, which is closed behind it. */
    const on = async <T>(enrolment: EnrolResponse, use: (line: StepUpLine) => Promise<T>): Promise<T> => {
      const { url, caPem } = house().server();
      const transport = createTransport({ url, caPem });
      try {
        return await use({ ...enrolment, transport, serverNow: house().now });
      } finally {
        await transport.close();
      }
    };
    const never = new AbortController().signal;
    const totp = (person: DemoEmployee, ahead = 0): StepUpRequest['factor'] => ({
      kind: 'totp',
      code: currentTotp(person.totpSecret, house().now() + ahead),
    });
    /** A code that is not the one of now, nor of the minute around it. */
    const wrong = (person: DemoEmployee): StepUpRequest['factor'] => totp(person, 10 * MINUTE);
    const recovery = (typed: string | undefined): StepUpRequest['factor'] => ({
      kind: 'recovery-code',
      code: readRecoveryCode(typed ?? '') ?? '',
    });
    const ask = async (
      enrolment: EnrolResponse,
      person: DemoEmployee,
      factor: StepUpRequest['factor'],
    ): Promise<StepUpResponse> => {
      const signer = await signerOf(person);
      return on(enrolment, (line) => releaseStepUp(line, signer, factor, never));
    };
    const anew = async (person: DemoEmployee) => {
      const { server, hotel } = house();
      keepStepUp(server().store, hotel.property.id, person, await rowOf(person));
    };
    const lina = () => house().employee('receptionist');
    beforeEach(() => anew(lina()));

    it('that is right gets the step-up share, and a lease of 72 hours and five attempts', async () => {
      const answer = await ask(await terminal(), lina(), totp(lina()));
      expect(answer).toEqual({
        outcome: 'released',
        share: lina().share.toString('base64'),
        totpSecret: lina().totpSecret.toString('base64'),
        lease: { issuedAt: house().now(), expiresAt: house().now() + LEASE_MS, attempts: 5 },
        recoveryCodesLeft: 10,
      });
      expect(LEASE_MS).toBeLessThanOrEqual(72 * 60 * MINUTE);
    });

    it('takes a code once in the hotel: at a second terminal, or sent again, it is used', async () => {
      const [one, two] = [await terminal(), await terminal()];
      const code = totp(lina());
      const answers = await Promise.all([one, two, one].map((at) => ask(at, lina(), code)));
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['code-used', 'code-used', 'released']);
      expect(await ask(two, lina(), totp(lina(), -30_000))).toMatchObject({ outcome: 'code-used' });
      await house().restart();
      expect(await ask(two, lina(), code)).toMatchObject({ outcome: 'code-used' });
    });

    it('wrong five times waits half an hour, over a restart and at every terminal, then twice as long', async () => {
      const [one, two] = [await terminal(), await terminal()];
      const left: unknown[] = [];
      for (const at of [one, two, one, two, one]) left.push(await ask(at, lina(), wrong(lina())));
      expect(left).toEqual([4, 3, 2, 1, 0].map((attemptsLeft) => ({ outcome: 'wrong-code', attemptsLeft })));
      const retryAt = house().now() + HALF_AN_HOUR;
      expect(await ask(two, lina(), totp(lina()))).toEqual({ outcome: 'too-many-attempts', retryAt });
      await house().restart();
      expect(await ask(two, lina(), totp(lina()))).toEqual({ outcome: 'too-many-attempts', retryAt });
      // Another person is not kept out by that.
      const zhao = house().employee('duty-manager');
      expect(await ask(two, zhao, totp(zhao))).toMatchObject({ outcome: 'released' });

      house().advance(HALF_AN_HOUR);
      for (let n = 0; n < 5; n++) await ask(one, lina(), wrong(lina()));
      expect(await ask(one, lina(), totp(lina()))).toEqual({
        outcome: 'too-many-attempts',
        retryAt: house().now() + 2 * HALF_AN_HOUR,
      });
      house().advance(2 * HALF_AN_HOUR);
      expect(await ask(one, lina(), totp(lina()))).toMatchObject({ outcome: 'released' });
      // A right one starts the count anew.
      house().advance(MINUTE);
      expect(await ask(one, lina(), wrong(lina()))).toMatchObject({ attemptsLeft: 4 });
    });

    it('is checked for who signs as the employee at this terminal now, and anything else uses no attempt up', async () => {
      const [here, there] = [await terminal(), await terminal()];
      const signer = await signerOf(lina());
      const stranger = generateEmployeeKeys().privateKeys.signing;
      const from = (line: Partial<StepUpLine>, as = signer) =>
        on(here, (own) => releaseStepUp({ ...own, ...line }, as, totp(lina()), never));
      const { id } = house().employee('concierge');
      const answers = [
        await from({}, { ...signer, signing: stranger }),
        await from({}, { ...signer, employeeId: id }),
        await from({}, { ...signer, employeeId: EmployeeId.parse(ulid()) }),
        // Signed for another terminal.
        await from({ deviceId: there.deviceId }),
        await from({ deviceId: DeviceId.parse(ulid()) }),
      ];
      for (const answer of answers) expect(answer).toEqual({ outcome: 'not-hers' });
      expect(await ask(here, lina(), wrong(lina()))).toMatchObject({ attemptsLeft: 4 });
      expect(await from({})).toMatchObject({ outcome: 'released' });
    });

    it('is asked for by a signature of now: one of another time is not tried, and told the time to sign for', async () => {
      const here = await terminal();
      const signer = await signerOf(lina());
      for (const off of [-6 * MINUTE, 6 * MINUTE]) {
        await anew(lina());
        const before = house().log().length;
        // The terminal signs once more, and its person notices nothing.
        const answer = await on(here, (line) =>
          releaseStepUp({ ...line, serverNow: () => house().now() + off }, signer, totp(lina()), never),
        );
        expect(answer).toMatchObject({ outcome: 'released' });
        const outcomes = [
          ...house()
            .log()
            .slice(before)
            .matchAll(/"outcome":"([a-z-]+)"/g),
        ].map(([, outcome]) => outcome);
        expect(outcomes).toEqual(['clock-off', 'released']);
      }
    });

    it('gives a revoked terminal, a dismissed employee and another hotel nothing', async () => {
      const { server, hotel } = house();
      const [here, lost] = [await terminal(), await terminal()];
      await server().store.revokeDevice(hotel.property.id, lost.deviceId);
      await expect(ask(lost, lina(), totp(lina()))).rejects.toMatchObject({ problem: 'unauthorised' });
      const elsewhere = hotel.property.id.replace(/.$/, 'x') as EnrolResponse['propertyId'];
      await expect(ask({ ...here, propertyId: elsewhere }, lina(), totp(lina()))).rejects.toMatchObject({
        problem: 'unauthorised',
      });
      await expect(ask({ ...here, token: 'A'.repeat(43) }, lina(), totp(lina()))).rejects.toMatchObject({
        problem: 'unauthorised',
      });
      const row = await rowOf(lina());
      await server().store.appendRows(hotel.property.id, [{ entity: 'employee', row: { ...row, active: false } }]);
      expect(await ask(here, lina(), totp(lina()))).toEqual({ outcome: 'not-hers' });
      await server().store.appendRows(hotel.property.id, [{ entity: 'employee', row }]);
      expect(await ask(here, lina(), totp(lina()))).toMatchObject({ outcome: 'released' });
    });

    it('may be a recovery code, each once and as it is typed', async () => {
      const here = await terminal();
      const [first, second] = lina().recoveryCodes;
      expect(await ask(here, lina(), recovery(first?.toLowerCase().replaceAll('-', ' ')))).toMatchObject({
        outcome: 'released',
        recoveryCodesLeft: 9,
      });
      expect(await ask(here, lina(), recovery(first))).toEqual({ outcome: 'code-used', attemptsLeft: 4 });
      // Somebody else's code is a wrong one.
      const [others] = house().employee('concierge').recoveryCodes;
      expect(await ask(here, lina(), recovery(others))).toEqual({ outcome: 'wrong-code', attemptsLeft: 3 });
      await house().restart();
      expect(await ask(here, lina(), recovery(first))).toMatchObject({ outcome: 'code-used' });
      expect(await ask(here, lina(), recovery(second))).toMatchObject({ outcome: 'released', recoveryCodesLeft: 8 });
    });

    it('is handed in once, before the person is in the feed or after, and then serves her', async () => {
      const { server, hotel, now } = house();
      const here = await terminal();
      const keys = generateEmployeeKeys();
      const employeeId = EmployeeId.parse(ulid());
      const secrets = { share: randomBytes(32), totpSecret: randomBytes(20), recoveryCodes: makeRecoveryCodes() };
      const signer = { employeeId, signing: keys.privateKeys.signing };
      const put = (as = signer, what = secrets) => on(here, (line) => putStepUp(line, as, what));
      expect(await put()).toBe('kept');
      // The answer may have been lost.
      expect(await put()).toBe('kept');
      expect(await put(signer, { ...secrets, share: randomBytes(32) })).toBe('exists');
      // Whoever comes first for somebody whom nobody knows yet: her row decides whose secrets count.
      expect(await put({ ...signer, signing: generateEmployeeKeys().privateKeys.signing })).toBe('exists');

      const row = { ...(await rowOf(lina())), id: employeeId, staffNumber: 'N999', ...keys.publicKeys };
      await server().store.appendRows(hotel.property.id, [{ entity: 'employee', row }]);
      const code = currentTotp(secrets.totpSecret, now());
      const release = () => on(here, (line) => releaseStepUp(line, signer, { kind: 'totp', code }, never));
      expect(await release()).toMatchObject({ outcome: 'released', share: secrets.share.toString('base64') });
      // Her password alone, which gives the signing key, does not bring another second factor in.
      expect(await put(signer, { ...secrets, totpSecret: randomBytes(20) })).toBe('exists');
    });

    it('is renewed by who signs and has the share, and by her password alone it is not; what was before is good no more', async () => {
      const here = await terminal();
      const signer = await signerOf(lina());
      const next = { totpSecret: randomBytes(20), recoveryCodes: makeRecoveryCodes() };
      const renew = (share: Buffer, as = signer, change: Partial<StepUpLine> = {}) =>
        on(here, (line) => renewStepUp({ ...line, ...change }, as, share, next));
      const stranger = { ...signer, signing: generateEmployeeKeys().privateKeys.signing };
      expect(await renew(randomBytes(32))).toBe('not-hers');
      expect(await renew(lina().share, stranger)).toBe('not-hers');
      expect(await renew(lina().share, signer, { serverNow: () => house().now() - 6 * MINUTE })).toBe('not-hers');
      expect(await renew(lina().share, { ...signer, employeeId: house().employee('concierge').id })).toBe('not-hers');
      expect(await ask(here, lina(), totp(lina()))).toMatchObject({ outcome: 'released' });

      expect(await renew(lina().share)).toBe('renewed');
      house().advance(MINUTE);
      expect(await ask(here, lina(), totp(lina()))).toMatchObject({ outcome: 'wrong-code' });
      expect(await ask(here, lina(), recovery(lina().recoveryCodes[0]))).toMatchObject({ outcome: 'wrong-code' });
      const code = currentTotp(next.totpSecret, house().now());
      const answer = await ask(here, lina(), { kind: 'totp', code });
      expect(answer).toMatchObject({
        outcome: 'released',
        share: lina().share.toString('base64'),
        recoveryCodesLeft: 10,
      });
      // Codes alone: the phone stays, and a code of it that was used stays used.
      const codes = makeRecoveryCodes();
      const alone = { totpSecret: null, recoveryCodes: codes };
      expect(await on(here, (line) => renewStepUp(line, signer, lina().share, alone))).toBe('renewed');
      expect(await ask(here, lina(), { kind: 'totp', code })).toMatchObject({ outcome: 'code-used' });
      expect(await ask(here, lina(), recovery(codes[0]))).toMatchObject({ outcome: 'released' });
      expect(house().log()).toContain('"outcome":"renewed"');
    });

    it('is put anew, share and all, for who signs with whoever may order it, who is never she', async () => {
      const here = await terminal();
      const [signer, officer] = [await signerOf(lina()), await signerOf(house().employee('security-officer'))];
      const next = { share: randomBytes(32), totpSecret: randomBytes(20), recoveryCodes: makeRecoveryCodes() };
      const reset = (her = signer, orderer = officer) => on(here, (line) => resetStepUp(line, her, orderer, next));
      expect(await reset(signer, signer)).toBe('forbidden');
      expect(await reset(signer, await signerOf(house().employee('concierge')))).toBe('forbidden');
      expect(await reset(signer, { ...officer, signing: signer.signing })).toBe('forbidden');
      // The officer alone does not sit in for her.
      expect(await reset({ ...signer, signing: officer.signing })).toBe('not-hers');
      expect(await ask(here, lina(), totp(lina()))).toMatchObject({ outcome: 'released' });
      expect(await reset()).toBe('renewed');
      house().advance(MINUTE);
      const code = currentTotp(next.totpSecret, house().now());
      expect(await ask(here, lina(), { kind: 'totp', code })).toMatchObject({
        outcome: 'released',
        share: next.share.toString('base64'),
      });
    });

    it('answers whatever is sent with a typed answer, and fails at nothing', async () => {
      const here = await terminal();
      const request = {
        protocol: 3,
        employeeId: lina().id,
        factor: totp(lina()),
        at: house().now(),
        nonce: Buffer.alloc(16).toString('base64'),
        signature: Buffer.alloc(64).toString('base64'),
      };
      const key = fc.constantFrom(...Object.keys(request), 'share', 'signingKey', 'more');
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('stepUps', 'stepUpSecrets', 'stepUpRenewals', 'stepUpResets'),
          key,
          fc.jsonValue(),
          async (route, name, value) => {
            const answer = await house()
              .client()
              .ask(routes[route](here.propertyId), {
                method: 'POST',
                token: here.token,
                body: { ...request, [name]: value },
              });
            expect([200, 400, 426]).toContain(answer.status);
            if (answer.status === 200) expect(answer.json()).toEqual({ outcome: 'not-hers' });
          },
        ),
        { numRuns: 60 },
      );
    });

    it('lies on the disk encrypted, in a file of its own, and is in no log', async () => {
      const here = await terminal();
      const [first] = lina().recoveryCodes;
      await ask(here, lina(), recovery(first));
      await ask(here, lina(), totp(lina()));
      const secrets = [lina().share, lina().totpSecret, Buffer.from(readRecoveryCode(first ?? '') ?? '')];
      const looked = secrets.flatMap((secret) => [
        secret,
        ...(['base64', 'hex', 'latin1'] as const).map((form) => Buffer.from(secret.toString(form))),
      ]);
      const { dataDir, postgres, log } = house();
      const files = [dataDir, ...(postgres === null ? [] : [postgres.dataDir])].flatMap((folder) =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
      );
      expect(files).toContain(join(dataDir, 'step-ups.db'));
      const written = [...files.map((file) => readFileSync(file)), Buffer.from(log() + (postgres?.log() ?? ''))];
      for (const bytes of written) for (const secret of looked) expect(bytes.includes(secret)).toBe(false);
      expect(readFileSync(join(dataDir, 'step-ups.db')).subarray(0, 6).toString()).not.toBe('SQLite');
      expect(log()).toContain('"outcome":"released"');
    });
  });
}
