/** The whole surface that the window sees: what it gives away, and what it does with input from a page that was taken over. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL_NAMES } from '../../../src-shared/ipc/bridge.ts';
import { CHANNELS, type ChannelInput, type ChannelName } from '../../../src-shared/ipc/contract.ts';
import { ERROR_CODES } from '../../../src-shared/ipc/errors.ts';
import {
  BusinessDate,
  CaseId,
  ConflictId,
  DeviceId,
  EmployeeId,
  EntitlementId,
  GUEST_SEALED_FIELDS,
  OperationId,
  PostingId,
  ROLES,
  RoomId,
  SecurityKeyId,
  StayId,
  sealedClassOf,
} from '../../../src-shared/model/index.ts';
import { purposesFor } from '../../../src-shared/policy/index.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import { contactSecrets, sealedSecrets, secretsIn } from '../terminal/secrets.ts';

let house: House;
let desk: Desk;
let sealed: Set<string>;
let contacts: Set<string>;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
  sealed = sealedSecrets(house.hotel);
  contacts = contactSecrets(house.hotel, house.server.staff);
});

const TODAY = BusinessDate.parse('2026-03-14');
const TOMORROW = BusinessDate.parse('2026-03-15');

type Inputs = { readonly [C in ChannelName]: readonly ChannelInput<C>[] };

const CASE = CaseId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAV');

/** Input that fits and is about real guests, for every channel: a channel without its line here does not compile. */
function validInputs(): Inputs {
  const stays = house.hotel.currentStays;
  const { arriving, inHouse } = house.hotel.stories;
  const stories = stays.filter(({ guestId }) => guestId === arriving.id || guestId === inHouse.id);
  return {
    'app.status': [undefined],
    'app.retry': [undefined],
    'app.rebuild': [undefined],
    'app.enrol': [{ code: 'AAAAA-AAAAA' }],
    'app.enrolAnew': [{ code: 'AAAAA-AAAAA' }],
    'preferences.set': [{ locale: 'en' }, { theme: 'dark' }, {}],
    'session.view': [undefined],
    'session.staff': [undefined],
    'session.signIn': [{ employeeId: house.who('it').id }],
    'session.unlock': [undefined],
    'session.lease': [undefined],
    'session.cancel': [undefined],
    'session.touch': [undefined],
    'password.change': [undefined],
    'duress.set': [undefined],
    'duress.remove': [undefined],
    'factors.view': [undefined],
    'securityKey.add': [{ name: 'blue' }],
    'factor.renew': [{ what: 'phone' }, { what: 'codes' }],
    'factor.reset': [{ employeeId: house.who('it').id, reason: 'seen at the desk' }],
    'securityKey.remove': [{ id: SecurityKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0') }],
    'today.view': [undefined],
    'guest.search': [arriving.name, 'lxy', '6621', inHouse.name, '1', 'a', '王', inHouse.phone ?? ''].map((query) => ({
      query,
      limit: 50,
    })),
    'guest.findSealed': [arriving, inHouse].flatMap(({ documentNumber, cardNumber }) =>
      [documentNumber, cardNumber, documentNumber?.slice(-4), 'X00000000'].map((number) => ({
        number: number ?? '',
        limit: 50,
      })),
    ),
    'stay.open': [...stories, ...stays.slice(-8)].map(({ id }) => ({ stayId: id })),
    'stay.reveal': stories.flatMap(({ id }) =>
      GUEST_SEALED_FIELDS.flatMap((field) =>
        purposesFor('field.reveal', sealedClassOf(field), 'duty-manager').map((purpose) => ({
          stayId: id,
          field,
          purpose,
        })),
      ),
    ),
    'stay.compare': stories.flatMap(({ id, guestId }) => {
      const { documentNumber, cardNumber } = guestId === arriving.id ? arriving : inHouse;
      return [
        { stayId: id, field: 'documentNumber' as const, shown: documentNumber ?? '' },
        { stayId: id, field: 'documentNumber' as const, shown: 'X00000000' },
        { stayId: id, field: 'cardNumber' as const, shown: cardNumber ?? '' },
      ];
    }),
    'glass.ask': [null, house.who('receptionist').id].flatMap((confirmer) =>
      stories.map(({ id }) => ({ stayId: id, reason: 'the guest is unconscious', confirmer })),
    ),
    'glass.begin': [undefined],
    'glass.end': [undefined],
    'case.count': [undefined],
    'case.list': [undefined],
    'case.entries': [{ caseId: CASE }],
    'case.close': [{ caseId: CASE, verdict: 'justified', finding: 'a doctor was called' }],
    'guest.change': stories.slice(0, 1).map(({ id }) => ({ stayId: id, changes: { company: '样例公司' } })),
    'stay.change': stories.slice(0, 1).map(({ id }) => ({ stayId: id, changes: { adults: 2 } })),
    'stay.checkOut': [{ stayId: StayId.parse(CASE) }],
    'stay.cancel': [{ stayId: StayId.parse(CASE), reason: 'guest' }],
    'stay.reinstate': [{ stayId: StayId.parse(CASE) }],
    'document.read': [arriving, inHouse].map(({ documentNumber, documentType }) => ({
      text: documentNumber ?? '',
      documentType,
      stayId: null,
      guestId: null,
      override: null,
    })),
    'stay.checkIn': [
      { stayId: StayId.parse(CASE), roomId: RoomId.parse(CASE), document: CASE, guestId: null, musts: [] },
    ],
    'stay.prepare': [undefined],
    'stay.keepDraft': [{ draft: null }],
    'room.offer': [{ as: 'walk-in', arrival: TODAY, departure: TOMORROW, roomType: 'standard' }],
    'stay.create': [{ kind: 'known', guestId: arriving.id } as const].map((guest) => ({
      as: 'reservation' as const,
      guest,
      arrival: TODAY,
      departure: TOMORROW,
      roomType: 'standard',
      roomId: null,
      adults: 1,
      children: 0,
      rateMinor: 58_800,
      currency: 'CNY',
      channel: 'phone',
      document: null,
      musts: [],
    })),
    'room.setStatus': house.hotel.rooms.slice(0, 1).map(({ id }) => ({ roomId: id, status: 'inspected' as const })),
    'room.list': stories.map(({ id }) => ({ stayId: id })),
    'folio.open': stories.map(({ id }) => ({ stayId: id })),
    'folio.post': stories.map(({ id }) => ({
      stayId: id,
      kind: 'charge' as const,
      item: 'minibar' as const,
      text: null,
      amountMinor: 4_500,
      folio: 1,
      reason: null,
    })),
    'folio.reverse': [{ stayId: StayId.parse(CASE), postingId: PostingId.parse(CASE), reason: 'wrong-amount' }],
    'folio.split': stories.map(({ id }) => ({ stayId: id, from: 1, to: 2, amountMinor: 100 })),
    'folio.drop': stories.map(({ id }) => ({ stayId: id, operationId: OperationId.parse(CASE) })),
    'audit.view': [undefined],
    'audit.noShow': [{ stayId: StayId.parse(CASE) }],
    'audit.roll': [{ from: TODAY, waived: [] }],
    'returned.list': [undefined],
    'returned.drop': [{ operationId: OperationId.parse(CASE) }],
    'conflict.list': [undefined],
    'conflict.open': [{ conflictId: ConflictId.parse(CASE) }],
    'conflict.settle': [{ conflictId: ConflictId.parse(CASE), seq: 1, choice: 'held' }],
    'note.add': [{ guestId: arriving.id, text: 'wants a cot' }],
    'log.list': [{ limit: 200 }, { limit: 200, type: 'reveals' }, { limit: 1, before: 5 }],
    'log.verify': [undefined],
    'sync.view': [undefined],
    'sync.now': [undefined],
    'guest.erase': [{ guestId: house.hotel.stories.arriving.id }],
    'staff.view': [undefined],
    'staff.mine': [undefined],
    'staff.order': [{ employeeId: house.who('it').id, right: { scope: 'see', class: 'payment' } }],
    'staff.withdraw': [{ entitlementId: EntitlementId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0') }],
    'staff.leave': [{ employeeId: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0') }],
    'terminals.view': [undefined],
    'terminals.code': [undefined],
    'terminals.shutOut': [{ terminalId: DeviceId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0'), how: 'revoke' }],
    'sync.refused': [undefined],
    // This terminal is enrolled: there is nothing to found.
    'founding.view': [undefined],
    'founding.begin': [{ code: 'AAAAA-AAAAA' }],
    'founding.hotel': [
      { name: '西湖', nameLatin: 'West Lake', timeZone: 'Asia/Shanghai', country: 'CN', businessDate: TODAY },
    ],
    'founding.enrol': [{ as: 'officer', name: '陈静', nameLatin: null, staffNumber: 'S1' }],
    'founding.handOut': [undefined],
    'founding.send': [undefined],
    'founding.drop': [undefined],
    'staff.enrol': [{ name: '何苗', nameLatin: null, staffNumber: 'R901', role: 'receptionist' }],
    'keys.recover': [{ officerId: house.who('security-officer').id }],
    // Last, so that a walk of somebody signed in is not cut short.
    'session.lock': [undefined],
    'session.switch': [undefined],
  };
}

/** Calls a channel; when it opens the prompt, nobody types into that. */
async function ask(channel: ChannelName, input: unknown, from?: 'own-page' | 'foreign-page') {
  let waits = true;
  const answer = desk.callWith(channel, input, from).finally(() => {
    waits = false;
  });
  // Some look something up before they open the prompt.
  while (waits) {
    await desk.callPrompt('prompt.cancel', undefined);
    await nextTurn();
  }
  return answer;
}

/** Calls every channel with all its valid inputs. */
async function walk(leaveOut: readonly ChannelName[] = []) {
  const answers: { readonly channel: ChannelName; readonly answer: unknown }[] = [];
  for (const [channel, inputs] of Object.entries(validInputs()) as [ChannelName, readonly unknown[]][]) {
    if (leaveOut.includes(channel)) continue;
    for (const input of inputs) answers.push({ channel, answer: await ask(channel, input) });
  }
  return answers;
}

describe('the renderer never holds a secret it was not handed', () => {
  it('there are secrets to look for, and this test would see them', () => {
    expect(Object.keys(validInputs()).sort()).toEqual([...CHANNEL_NAMES].sort());
    expect(Object.keys(CHANNELS).sort()).toEqual([...CHANNEL_NAMES].sort());
    expect(sealed.size).toBeGreaterThan(300);
    expect(contacts.size).toBeGreaterThan(300);
    const { name, cardNumber } = house.hotel.stories.arriving;
    expect(secretsIn({ deep: [`x${name}`, { [String(cardNumber)]: 1 }] }, new Set([...sealed, ...contacts]))).toEqual(
      expect.arrayContaining([name, cardNumber]),
    );
  });

  it('while locked, no channel gives anything of any guest', async () => {
    expect(desk.terminal.session.state).toBe('locked');
    const answers = await walk();
    expect(desk.terminal.session.state).toBe('locked');
    const reservations = new Set(house.hotel.currentStays.map(({ reservationNumber }) => reservationNumber));
    for (const { channel, answer } of answers) {
      expect(secretsIn(answer, sealed), channel).toEqual([]);
      expect(secretsIn(answer, contacts), channel).toEqual([]);
      // Not even a mask, a room or a reservation number.
      expect(JSON.stringify(answer), channel).not.toMatch(/\*|林|"room"|"stayId"/);
      expect(secretsIn(answer, reservations), channel).toEqual([]);
    }
  });

  it.each(ROLES)(
    'to %s without the second factor, nothing of a sealed class, and names in full only on an open record',
    async (role) => {
      await desk.signIn(house.who(role));
      const answers = await walk(['session.lock', 'session.switch', 'note.add']);
      for (const { channel, answer } of answers) {
        expect(secretsIn(answer, sealed), channel).toEqual([]);
        if (channel !== 'stay.open') expect(secretsIn(answer, contacts), channel).toEqual([]);
      }
      expect(desk.terminal.session.state).toBe('signed-in');
      await desk.call('session.lock', undefined);
    },
  );

  it('no notice carries anything of any guest, whatever was revealed in the meantime', async () => {
    await desk.unlock(house.who('duty-manager'));
    const answers = await walk(['session.lock', 'session.switch']);
    const revealed = answers.filter(({ channel }) => channel === 'stay.reveal');
    expect(revealed.some(({ answer }) => secretsIn(answer, sealed).length > 0)).toBe(true);
    // One reveal gives one value, and no other channel any.
    for (const { channel, answer } of answers) {
      expect(secretsIn(answer, sealed).length, channel).toBeLessThanOrEqual(channel === 'stay.reveal' ? 1 : 0);
    }
    await desk.call('session.lock', undefined);
    await desk.until(({ queued }) => queued === 0);
    expect(new Set(desk.notices.map(({ name }) => name)).size).toBe(4);
    expect(secretsIn(desk.notices, sealed)).toEqual([]);
    expect(secretsIn(desk.notices, contacts)).toEqual([]);
    expect(JSON.stringify(desk.notices)).not.toContain('wants a cot');
  });

  it('a value sent by the server in place of its mask is masked before it leaves', async () => {
    const cache = desk.terminal.desk?.cache;
    const { arriving } = house.hotel.stories;
    const guest = cache?.guests.get(arriving.id);
    if (!cache || !guest) throw new Error('the guest is not there');
    const clear = Object.fromEntries(
      GUEST_SEALED_FIELDS.map((field) => [field, guest[field] && { ...guest[field], mask: arriving[field] ?? '' }]),
    );
    cache.applyPuts([{ kind: 'put', entity: 'guest', seq: 1_000_000, row: { ...guest, ...clear } }], 1_000_000);
    await desk.signIn(house.who('receptionist'));
    const stay = house.hotel.currentStays.find(({ guestId }) => guestId === arriving.id);
    const record = expectOk(await desk.callWith('stay.open', { stayId: stay?.id }));
    expect(secretsIn(record, sealed)).toEqual([]);
    await desk.call('session.lock', undefined);
  });
});

describe('a sender that is not our page', () => {
  it('gets nothing from any channel, and changes nothing', async () => {
    await desk.signIn(house.who('receptionist'));
    const before = desk.terminal.desk?.log.head;
    for (const [channel, inputs] of Object.entries(validInputs()) as [ChannelName, readonly unknown[]][]) {
      for (const input of inputs.slice(0, 3)) {
        const answer = await ask(channel, input, 'foreign-page');
        expect(answer, channel).toEqual({ ok: false, error: { code: 'foreign-sender' } });
      }
    }
    expect(desk.terminal.desk?.log.head).toEqual(before);
    expect(desk.terminal.session.state).toBe('signed-in');
    expect(desk.terminal.syncView.queued).toBe(0);
  });
});

/** Would be seen anywhere it were quoted. */
const MARK = 'QUOTE-ME-NOT-8c1f';

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    MARK,
    `' OR 1=1 --${MARK}`,
    '../../etc/passwd',
    '\u0000',
    '\ud800',
    '%_%',
    '"*',
    '\u202e林',
    'constructor',
  ),
  fc.nat({ max: 200_000 }).map((length) => MARK + 'x'.repeat(length)),
);

/** Anything that a structured clone can carry. */
const hostileValue = fc.oneof(
  { depthSize: 'small' },
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  }),
  fc.jsonValue(),
  hostileText,
  fc.constantFrom<unknown>(null, Number.NaN, -0, 1e308, 2 ** 53, [], {}, [MARK], new Map([[MARK, MARK]]), cyclic()),
  fc.string().map((text) => JSON.parse(`{"__proto__": {"ok": true, "x": ${JSON.stringify(MARK + text)}}}`)),
  fc.constant(JSON.parse('{"constructor": {"prototype": {"role": "duty-manager"}}, "hasOwnProperty": 1}')),
);

function cyclic(): unknown {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  return loop;
}

/** Valid input in which one field is something else, or to which one was added. */
function spoiled(channel: ChannelName): fc.Arbitrary<unknown> {
  const inputs = validInputs()[channel].filter((input) => typeof input === 'object');
  if (inputs.length === 0) return hostileValue;
  return fc
    .tuple(
      fc.constantFrom(...inputs),
      fc.constantFrom(...inputs.flatMap((input) => Object.keys(input ?? {})), 'role', '__proto__', MARK),
      fc.oneof(hostileValue, fc.constantFrom('01ARZ3NDEKTSV4RRFFQ69G5FAV', -1, 0, 51, 1.5, '000000')),
    )
    .map(([input, key, value]) =>
      Object.defineProperty({ ...input }, key, { value, enumerable: true, configurable: true }),
    );
}

function anyCalls(channels: readonly ChannelName[]): fc.Arbitrary<[ChannelName, unknown][]> {
  const spoilt = fc
    .constantFrom(...channels)
    .chain((channel) => fc.tuple(fc.constant(channel), fc.oneof(hostileValue, spoiled(channel))));
  const fitting = fc
    .constantFrom(...channels)
    .chain((channel) => fc.tuple(fc.constant(channel), fc.constantFrom<unknown>(...validInputs()[channel])));
  return fc.array(fc.oneof({ weight: 4, arbitrary: spoilt }, fitting), { maxLength: 12 });
}

describe('hostile input', () => {
  it.each<[string, readonly ChannelName[]]>([
    ['unlocked', CHANNEL_NAMES.filter((name) => name !== 'session.lock' && name !== 'session.switch')],
    ['locked and in between', CHANNEL_NAMES],
  ])(
    'while %s, on every channel, in any order, gets a typed answer that quotes nothing, and no bug shows',
    async (state, channels) => {
      const incidents = desk.incidents.length;
      await desk.unlock(house.who('duty-manager'));
      await fc.assert(
        fc.asyncProperty(anyCalls(channels), async (calls) => {
          for (const [channel, input] of calls) {
            const answer = await ask(channel, input);
            if (answer.ok) {
              expect(CHANNELS[channel].output.safeParse(answer.value).success, channel).toBe(true);
            } else {
              expect(ERROR_CODES, channel).toContain(answer.error.code);
              expect(JSON.stringify(answer), channel).not.toContain(MARK);
            }
            expect(codeOf(answer), channel).not.toBe('internal');
          }
        }),
        { numRuns: 200 },
      );
      if (state === 'unlocked') expect(desk.terminal.session.state).toBe('unlocked');
      expect(desk.incidents.slice(incidents)).toEqual([]);
      expect(({} as { ok?: unknown }).ok).toBeUndefined();
      expect(readFileSync(join(desk.folder, 'logs', 'keyrack.log'), 'utf8')).not.toContain(MARK);
      expect(expectOk(await desk.call('app.status', undefined)).phase).toBe('ready');
    },
  );

  it.each(CHANNEL_NAMES)('%s refuses what does not fit by the name of its field', async (channel) => {
    for (const input of [null, 0, '', [], MARK, { [MARK]: MARK }, () => MARK]) {
      const answer = await desk.callWith(channel, input);
      expect(answer, channel).toMatchObject({ ok: false, error: { code: 'invalid-input', field: expect.any(String) } });
      expect(JSON.stringify(answer)).not.toContain(MARK);
    }
  });
});

describe('a bug', () => {
  it('is one opaque error with an id, and its message goes nowhere', async () => {
    const cache = desk.terminal.desk?.cache;
    if (cache === undefined) throw new Error('the terminal does not work');
    await desk.signIn(house.who('receptionist'));
    const { inHouse } = cache.stays;
    cache.stays.inHouse = () => {
      throw new Error(`failed on ${MARK}`);
    };
    const answer = await desk.call('today.view', undefined);
    cache.stays.inHouse = inHouse;
    expect(answer).toEqual({
      ok: false,
      error: { code: 'internal', incident: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const log = readFileSync(join(desk.folder, 'logs', 'keyrack.log'), 'utf8');
    expect(log).toContain(answer.ok ? '' : answer.error.incident);
    expect(log).not.toContain(MARK);
  });

  it('that puts one field too many into an answer lets nothing of it out', async () => {
    const terminal = desk.terminal;
    const cache = terminal.desk?.cache;
    if (cache === undefined) throw new Error('the terminal does not work');
    await desk.signIn(house.who('receptionist'));
    const { all } = cache.rooms;
    const real = all.bind(cache.rooms);
    cache.rooms.all = () => real().map((room) => ({ ...room, number: 7 as unknown as string }));
    expect(codeOf(await desk.call('today.view', undefined))).toBe('internal');
    cache.rooms.all = all;
    expect(codeOf(await desk.call('today.view', undefined))).toBeNull();
  });
});
