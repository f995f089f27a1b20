import { describe, expect, it } from 'vitest';
import { SEALED_CLASSES, type SealedClass } from '../../../src-shared/model/classes.ts';
import type { Guest } from '../../../src-shared/model/index.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../../src-shared/model/registry.ts';
import { isWithheld, WITHHELD } from '../../../src-shared/model/sealed-field.ts';
import { PullEnd, PullHeader, PutLine, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

/** Classes of which a guest's row has values; null where something of one is there and something is not. */
function classesOf(guest: Guest): SealedClass[] {
  const there = GUEST_SEALED_FIELDS.filter((field) => guest[field] !== null && !isWithheld(guest[field]));
  return SEALED_CLASSES.filter((one) => there.some((field) => sealedClassOf(field) === one));
}

const guestsOf = (puts: readonly PutLine[]) => puts.flatMap((put) => (put.entity === 'guest' ? [put.row] : []));

export function filtering(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const { stringify } = JSON;

  async function setUp(device: Terminal, classes: readonly SealedClass[]): Promise<void> {
    expect(await house().server().store.setProfile(device.propertyId, device.deviceId, classes)).toBe(true);
  }

  /** Asks once, saying what is held, and takes the answer as it is. */
  async function ask(as: Terminal, held: string, more = 'after=0') {
    const answer = await house()
      .client()
      .ask(`${routes.changes(as.propertyId)}?${more}&classes=${held}`, { as });
    const lines = answer.text.trimEnd().split('\n');
    return {
      status: answer.status,
      text: answer.text,
      header: PullHeader.safeParse(JSON.parse(lines[0] ?? '{}')).data,
      puts: lines.slice(1, -1).map((line) => PutLine.parse(JSON.parse(line))),
    };
  }

  describe('what a terminal may hold', () => {
    it('is what its profile and the people entitled there have in common: of all else it is sent the mask, and not the value', async () => {
      const device = await terminal();
      const whole = guestsOf((await house().client().pull(device, 0)).puts);
      await setUp(device, ['identity', 'preference']);
      const { header, puts, text } = await ask(device, 'identity,preference');
      expect(header?.mayHold).toEqual(['identity', 'preference']);
      const guests = guestsOf(puts);
      expect(guests).toHaveLength(whole.length);
      expect(guests.flatMap(classesOf)).not.toContain('payment');
      expect(guests.flatMap(classesOf)).toContain('identity');
      for (const [n, guest] of guests.entries()) {
        const before = whole[n];
        for (const field of GUEST_SEALED_FIELDS) {
          const payment = sealedClassOf(field) === 'payment';
          const value = before?.[field] ?? null;
          expect(guest[field]).toEqual(payment && value !== null ? { sealed: WITHHELD, mask: value.mask } : value);
          if (payment && value !== null) expect(text).not.toContain(value.sealed);
        }
      }
    });

    it('ends with the last person who is entitled to it, and with her employment: the feed begins with what is to be deleted', async () => {
      const { hotel, server, staff } = house();
      const device = await terminal();
      const { store } = server();
      const { puts } = await house().client().pull(device, 0);
      const entitlements = puts.flatMap((put) =>
        put.entity === 'entitlement' && put.row.class === 'preference' ? [put.row] : [],
      );
      expect(entitlements.length).toBeGreaterThan(0);
      const by = staff[0]?.id ?? expect.fail('nobody');
      for (const [n, row] of entitlements.entries()) {
        expect((await ask(device, 'identity,payment,preference')).header?.purge).toEqual([]);
        const person = puts.find((put) => put.entity === 'employee' && put.row.id === row.employeeId)?.row;
        // The last one leaves, from all others it is withdrawn.
        const ends =
          n === entitlements.length - 1
            ? ({ entity: 'employee', row: { ...person, active: false } } as never)
            : ({ entity: 'entitlement', row: { ...row, withdrawn: { by, at: 1 } } } as const);
        await store.appendRows(hotel.property.id, [ends]);
      }
      const told = await ask(device, 'identity,payment,preference');
      expect(told.header).toMatchObject({ mayHold: ['identity', 'payment'], purge: ['preference'] });
      expect(told.puts).toEqual([]);

      // It is told again and again until it says that it is done, and that is written down.
      expect((await ask(device, 'identity,payment,preference')).header?.purge).toEqual(['preference']);
      const done = await ask(device, 'identity,payment');
      expect(done.header?.purge).toEqual([]);
      expect(guestsOf(done.puts).flatMap(classesOf)).not.toContain('preference');
      const log = house()
        .log()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((line) => line.device === device.deviceId && line.classes !== undefined);
      expect(log.map(({ msg, classes }) => `${msg}: ${classes}`)).toEqual([
        'told to delete classes: preference',
        'told to delete classes: preference',
        'has deleted classes: preference',
      ]);

      const [last] = entitlements.slice(-1);
      const person = puts.find((put) => put.entity === 'employee' && put.row.id === last?.employeeId);
      if (person?.entity !== 'employee') throw new Error('nobody was entitled');
      await store.appendRows(hotel.property.id, [
        { entity: 'employee', row: person.row },
        ...entitlements.map((row) => ({ entity: 'entitlement', row }) as const),
      ]);
      expect((await ask(device, 'identity,payment')).header?.mayHold).toEqual([...SEALED_CLASSES]);
    });

    it('is filled into the rows of before, up to where it was gained, with that class and no other', async () => {
      const device = await terminal();
      const { puts, end } = await house().client().pull(device, 0);
      const whole = guestsOf(puts);
      const fill = async (dataClass: string, after: number, until: number) => {
        const path = `${routes.fill(device.propertyId)}?class=${dataClass}&after=${after}&until=${until}&limit=25`;
        const { status, text } = await house().client().ask(path, { as: device });
        const lines = text.trimEnd().split('\n');
        return {
          status,
          purge: PullHeader.safeParse(JSON.parse(lines[0] ?? '{}')).data?.purge,
          guests: guestsOf(lines.slice(1, -1).map((line) => PutLine.parse(JSON.parse(line)))),
          end: PullEnd.safeParse(JSON.parse(lines.at(-1) ?? '{}')).data ?? expect.fail(text),
        };
      };
      const filled: Guest[] = [];
      for (let after = 0; ; ) {
        const { guests, end: last } = await fill('payment', after, end.cursor);
        filled.push(...guests);
        after = last.cursor;
        if (!last.more) break;
      }
      expect(filled.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
      expect([...new Set(filled.flatMap(classesOf))]).toEqual(['payment']);
      expect(filled.map(({ cardNumber }) => cardNumber)).toEqual(whole.map(({ cardNumber }) => cardNumber));
      const [first] = puts.filter(({ entity }) => entity === 'guest');
      expect((await fill('payment', 0, (first?.seq ?? 0) - 1)).guests).toEqual([]);

      await setUp(device, ['identity']);
      expect(await fill('payment', 0, end.cursor)).toMatchObject({ status: 200, purge: ['payment'], guests: [] });
    });

    it.each(['basic', 'payment,all', 'payment,payment,payment,payment', ',', "payment'--"])(
      'is not asked as "%s"',
      async (held) => {
        expect((await ask(await terminal(), encodeURIComponent(held))).text).toContain('"invalid-request"');
        expect(stringify(house().log())).not.toContain("'--");
      },
    );
  });
}
