/**
 * Somebody who works at two hotels of one server has an employment at each, and the two have nothing in common but what she is called
 * (docs/decisions/0030-working-at-several-hotels.md).
 */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { putStepUp, releaseStepUp, type StepUpLine } from '../../../src-main/sync/step-up.ts';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { makeCredential, openCredential, openSealingKey, openSignInKeys } from '../../../src-main/vault/credential.ts';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { makeRecoveryCodes } from '../../../src-main/vault/recovery-codes.ts';
import type { Employee, Role } from '../../../src-shared/model/index.ts';
import { EmployeeId, type GuestId, NoteId, OperationId, PropertyId } from '../../../src-shared/model/index.ts';
import { readRecoveryCode } from '../../../src-shared/step-up/recovery-code.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import type { Operation, StepUpRequest } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';
import { foundSecondHotel } from './second-hotel.ts';
import { runProgram } from './server-process.ts';

const OTHER = PropertyId.parse('hill-house');
const MINUTE = 60_000;

/** One of the two hotels, by a terminal of it. */
interface Hotel {
  readonly terminal: Terminal;
  readonly name: string;
  readonly guestId: GuestId;
  idOf(role: Role): EmployeeId;
}

/** Her, as she works at one of them. */
interface Employed {
  readonly row: Employee;
  readonly password: string;
  /** Ed25519, PKCS #8. */
  readonly signing: Buffer;
  readonly share: Buffer;
  readonly totpSecret: Buffer;
  readonly recoveryCodes: readonly string[];
}

type Call = { readonly name: string; readonly nameLatin: string | null; readonly staffNumber: string };
const YANG: Call = { name: '杨帆', nameLatin: 'Yang Fan', staffNumber: 'R777' };
const GAO: Call = { name: '高洁', nameLatin: 'Gao Jie', staffNumber: 'C888' };

export function workingAtTwo(house: () => House): void {
  let here: Hotel;
  let there: Hotel;
  let yang: { readonly here: Employed; readonly there: Employed };
  let gao: { readonly here: Employed; readonly there: Employed };

  const never = new AbortController().signal;
  const head = (by: EmployeeId) => ({ id: OperationId.parse(ulid()), employeeId: by, at: house().now() });
  const said = async ({ terminal }: Hotel, operation: Operation) => {
    const [result] = await house().client().push(terminal, [operation]);
    return result?.status === 'refused' ? result.reason : result?.status;
  };
  const on = async <T>({ terminal }: Hotel, use: (line: StepUpLine) => Promise<T>): Promise<T> => {
    const { url, caPem } = house().server();
    const transport = createTransport({ url, caPem }, terminal);
    try {
      return await use({ ...terminal, transport, serverNow: house().now });
    } finally {
      await transport.close();
    }
  };
  const staffOf = async ({ terminal }: Hotel): Promise<readonly Employee[]> => {
    const { puts } = await house().client().pull(terminal, 0);
    return puts.flatMap((put) => (put.entity === 'employee' ? [put.row] : []));
  };

  /** As an officer does on the staff screen, with the person beside her. */
  const employ = async (at: Hotel, call: Call, password: string, id = EmployeeId.parse(ulid())): Promise<Employed> => {
    const { propertyId } = at.terminal;
    const { privateKeys, publicKeys } = generateEmployeeKeys();
    const secrets = { share: randomBytes(32), totpSecret: randomBytes(20), recoveryCodes: makeRecoveryCodes() };
    const credential = await makeCredential({
      ...{ propertyId, employeeId: id, share: secrets.share, privateKeys },
      password: Buffer.from(password),
    });
    const [like] = await staffOf(at);
    if (like === undefined) throw new Error('a hotel without staff');
    const row: Employee = { ...like, ...call, id, propertyId, role: 'receptionist', ...publicKeys, credential };
    const signing = privateKeys.signing;
    expect(await on(at, (line) => putStepUp(line, { employeeId: id, signing }, secrets))).toBe('kept');
    expect(await said(at, { ...head(at.idOf('security-officer')), kind: 'employee.add', employee: row })).toBe(
      'applied',
    );
    return { row, password, signing, ...secrets };
  };
  /** What her password opens of the row that a hotel's terminal has of her: null when it is not the one. */
  const signIn = async (at: Hotel, { id }: Pick<Employee, 'id'>, password: string) => {
    const row = (await staffOf(at)).find((person) => person.id === id);
    if (row === undefined) throw new Error('nobody there by this id');
    const who = { propertyId: at.terminal.propertyId, employeeId: id };
    const unlockKey = await openCredential(row.credential, who, Buffer.from(password));
    const keys = unlockKey === null ? null : openSignInKeys(row.credential, who, unlockKey);
    if (unlockKey === null || keys === null) return null;
    const opens = (share: string) =>
      openSealingKey(row.credential, who, unlockKey, Buffer.from(share, 'base64')) !== null;
    return { employeeId: id, signing: keys.signing, opens };
  };
  const phone =
    ({ totpSecret }: Employed) =>
    (): StepUpRequest['factor'] => ({
      kind: 'totp',
      code: currentTotp(totpSecret, house().now()),
    });
  const paper =
    ({ recoveryCodes: [first = ''] }: Employed) =>
    (): StepUpRequest['factor'] => ({
      kind: 'recovery-code',
      code: readRecoveryCode(first) ?? '',
    });
  /** Asks for her share with a factor, her own phone if no other. */
  const unlock = async (at: Hotel, her: Employed, factor = phone(her)) => {
    // A code counts once.
    house().advance(MINUTE);
    return on(at, (line) => releaseStepUp(line, { employeeId: her.row.id, signing: her.signing }, factor(), never));
  };
  const writesNote = (at: Hotel, { row }: Employed) => {
    const about = { id: NoteId.parse(ulid()), guestId: at.guestId, authorId: row.id, writtenAt: house().now() };
    return said(at, { ...head(row.id), kind: 'guestNote.add', note: { ...about, text: 'asked for a quiet room' } });
  };

  describe('somebody who works at two hotels of one server', () => {
    beforeAll(async () => {
      const terminal = await enrolled(house().client(), await house().code());
      const { puts } = await house().client().pull(terminal, 0);
      const { hotel, employee } = house();
      here = {
        ...{ terminal, name: hotel.property.name, guestId: hotel.stories.arriving.id },
        idOf: (role) => employee(role).id,
      };
      const other = await foundSecondHotel(house(), OTHER, puts);
      there = {
        ...{ terminal: other.terminal, name: hotel.property.name, guestId: other.guest.id },
        idOf: (role) => other.employee(role).id,
      };
      yang = { here: await employ(here, YANG, 'seven-herons'), there: await employ(there, YANG, 'nine-cranes') };
      gao = { here: await employ(here, GAO, 'two-swallows'), there: await employ(there, GAO, 'two-swallows') };
    });

    it('is called the same at both, and each has a row of hers of its own', async () => {
      for (const [at, hers] of [
        [here, yang.here],
        [there, yang.there],
      ] as const) {
        const rows = (await staffOf(at)).filter(({ staffNumber }) => staffNumber === YANG.staffNumber);
        expect(rows).toEqual([hers.row]);
        expect(hers.row.propertyId).toBe(at.terminal.propertyId);
        const again = { ...hers.row, id: EmployeeId.parse(ulid()) };
        const addition = { ...head(at.idOf('security-officer')), kind: 'employee.add', employee: again } as const;
        expect(await said(at, addition)).toBe('invalid');
      }
      for (const key of ['id', 'slotKey', 'sealingKey', 'signingKey'] as const)
        expect(yang.here.row[key]).not.toBe(yang.there.row[key]);
    });

    it('signs in and unlocks at each with password, phone and codes of that hotel, and with those of the other at neither', async () => {
      for (const [at, hers, others] of [
        [here, yang.here, yang.there],
        [there, yang.there, yang.here],
      ] as const) {
        expect(await signIn(at, hers.row, others.password)).toBeNull();
        const signedIn = await signIn(at, hers.row, hers.password);
        expect(signedIn?.signing.equals(hers.signing)).toBe(true);
        expect(await unlock(at, hers, phone(others))).toEqual({ outcome: 'wrong-code', attemptsLeft: 4 });
        expect(await unlock(at, hers, paper(others))).toEqual({ outcome: 'wrong-code', attemptsLeft: 3 });
        const released = await unlock(at, hers);
        if (released.outcome !== 'released') throw new Error(`it was ${released.outcome}`);
        expect([signedIn?.opens(released.share), signedIn?.opens(others.share.toString('base64'))]).toEqual([
          true,
          false,
        ]);
      }
    });

    it('proves nothing at the one by what she signs at the other', async () => {
      // Her key of there, at a terminal of here: in her name of there, and of here.
      expect(await unlock(here, yang.there)).toEqual({ outcome: 'not-hers' });
      expect(await unlock(here, { ...yang.there, row: yang.here.row })).toEqual({ outcome: 'not-hers' });
      // Over the line of here, to the routes of there.
      const crossing: Hotel = { ...here, terminal: { ...here.terminal, propertyId: OTHER } };
      await expect(unlock(crossing, yang.there)).rejects.toMatchObject({ hungUp: true });
      expect(await writesNote(here, yang.there)).toBe('unknown-employee');
      // A password that is the same at both makes no key that is: a row of the one opens nothing at the other.
      const who = { propertyId: OTHER, employeeId: gao.there.row.id };
      const password = () => Buffer.from(gao.here.password);
      expect(await openCredential(gao.there.row.credential, who, password())).not.toBeNull();
      expect(await openCredential(gao.here.row.credential, who, password())).toBeNull();
    });

    it('locked out at the one for wrong codes unlocks at the other', async () => {
      const wrong = () => ({ kind: 'totp', code: '000000' }) as const;
      for (let left = 4; left >= 0; left--) {
        expect(await unlock(there, gao.there, wrong)).toEqual({ outcome: 'wrong-code', attemptsLeft: left });
      }
      expect(await unlock(there, gao.there)).toMatchObject({ outcome: 'too-many-attempts' });
      expect(await unlock(here, gao.here)).toMatchObject({ outcome: 'released' });
      house().advance(30 * MINUTE);
      expect(await unlock(there, gao.there)).toMatchObject({ outcome: 'released' });
    });

    it('may by chance or malice have the same id at both: each hotel takes it, and neither learns that the other has', async () => {
      const call: Call = { ...YANG, staffNumber: 'R778' };
      const twin = await employ(there, call, 'one-kingfisher', yang.here.row.id);
      expect(await unlock(there, twin)).toMatchObject({ outcome: 'released' });
      expect(await unlock(here, yang.here)).toMatchObject({ outcome: 'released' });
      expect(await unlock(here, twin)).toEqual({ outcome: 'not-hers' });
      const leave = {
        ...head(there.idOf('security-officer')),
        kind: 'employee.leave',
        leaverId: twin.row.id,
      } as const;
      expect(await said(there, leave)).toBe('applied');
      expect(await unlock(there, twin)).toEqual({ outcome: 'not-hers' });
      expect(await unlock(here, yang.here)).toMatchObject({ outcome: 'released' });
    });

    const find = (wanted: string) => house().server().store.findEmployments(wanted);
    const employment = ({ terminal, name }: Hotel, { row }: Employed) => ({
      property: terminal.propertyId,
      hotel: name,
      employee: row.id,
      staffNumber: row.staffNumber,
    });

    it('is found by who runs the server in every hotel where she works, by ids alone', async () => {
      const found = [employment(here, yang.here), employment(there, yang.there)];
      expect(await find(YANG.staffNumber)).toEqual(found);
      expect(await find(' gao  JIE')).toEqual([employment(here, gao.here), employment(there, gao.there)]);
      expect(await find('Gao')).toEqual([]);
      const { dataDir, database } = house();
      // The embedded database is opened by one program at a time (command-line.test.ts).
      if (database === undefined) return;
      const args = ['--data-dir', dataDir, '--log-level', 'warn', '--find-employments', YANG.name];
      const { code, stdout, stderr } = await runProgram(args, { KEYRACK_DATABASE: database });
      expect([code, JSON.parse(stdout), stderr]).toEqual([0, { employments: found }, '']);
    });

    it.each(['here', 'there'] as const)('withdrawn %s works on at the other', async (where) => {
      const [at, left, other, stays] =
        where === 'here' ? [here, yang.here, there, yang.there] : [there, gao.there, here, gao.here];
      const leave = (by: Hotel, who: Employed) => ({
        ...head(by.idOf('security-officer')),
        kind: 'employee.leave' as const,
        leaverId: who.row.id,
      });
      // Neither officer reaches over: not by her id of the other hotel, and not in the name of the officer of that.
      expect(await said(at, leave(at, stays))).toBe('unknown-employee');
      expect(await said(at, leave(other, stays))).toBe('unknown-employee');
      expect(await said(at, leave(at, left))).toBe('applied');

      expect((await staffOf(at)).find(({ id }) => id === left.row.id)?.active).toBe(false);
      expect(await unlock(at, left)).toEqual({ outcome: 'not-hers' });
      expect(await writesNote(at, left)).toBe('forbidden');

      expect((await staffOf(other)).find(({ id }) => id === stays.row.id)).toEqual(stays.row);
      expect(await unlock(other, stays)).toMatchObject({ outcome: 'released' });
      expect(await writesNote(other, stays)).toBe('applied');
    });

    it('is found where she still works, and nowhere once she was withdrawn at both', async () => {
      expect(await find(YANG.name)).toEqual([employment(there, yang.there)]);
      const leave = { kind: 'employee.leave', leaverId: yang.there.row.id } as const;
      expect(await said(there, { ...head(there.idOf('security-officer')), ...leave })).toBe('applied');
      expect(await find(YANG.name)).toEqual([]);
    });
  });
}
