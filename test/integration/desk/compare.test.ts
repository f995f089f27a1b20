/** What a guest shows against what is on file: match or no match, nothing revealed, everything recorded, and no guessing. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PlainGuest } from '../../../scripts/demo/guests.ts';
import type { LogItem } from '../../../src-shared/ipc/views.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openDesk, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import { sealedSecrets, secretsIn } from '../terminal/secrets.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

const HOUR = 60 * 60_000;

function stayOf(guest: PlainGuest) {
  const stay = house.hotel.currentStays.find(({ guestId }) => guestId === guest.id);
  if (stay === undefined) throw new Error('the story has no stay');
  return stay.id;
}

const compare = (
  desk: Desk,
  guest: PlainGuest,
  shown: string,
  field: 'documentNumber' | 'cardNumber' = 'documentNumber',
) => desk.call('stay.compare', { stayId: stayOf(guest), field, shown });

/** A number of the same kind that is another guest's. */
function othersNumber(guest: PlainGuest): string {
  const other = house.hotel.guests.find(
    ({ id, documentType }) => id !== guest.id && documentType === guest.documentType,
  );
  if (other?.documentNumber == null) throw new Error('there is nobody else with such a document');
  return other.documentNumber;
}

/** Entries of comparisons, newest first. */
async function entries(desk: Desk): Promise<Pick<LogItem, 'outcome' | 'reason' | 'purpose' | 'field'>[]> {
  const { items } = expectOk(await desk.call('log.list', { limit: 100, type: 'all' }));
  return items
    .filter(({ type }) => type === 'field.compare')
    .map(({ outcome, reason, purpose, field }) => ({ outcome, reason, purpose, field }));
}

async function unlockedDesk(role: 'receptionist' | 'finance' | 'duty-manager' = 'receptionist'): Promise<Desk> {
  const desk = await enrolledDesk(house);
  await desk.unlock(house.who(role));
  return desk;
}

describe('a comparison', () => {
  it('says match or no match, however the number is typed, and gives nothing of the one on file', async () => {
    const desk = await unlockedDesk();
    const { arriving, inHouse } = house.hotel.stories;
    const [id, passport] = [arriving.documentNumber ?? '', inHouse.documentNumber ?? ''];
    const fullWidth = Array.from(id, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0)).join('');
    for (const shown of [id, id.toLowerCase(), ` ${id.slice(0, 6)} ${id.slice(6)} `, fullWidth])
      expect(await compare(desk, arriving, shown), shown).toEqual({ ok: true, value: { matches: true } });
    expect(await compare(desk, inHouse, passport.toLowerCase())).toEqual({ ok: true, value: { matches: true } });

    const no = await compare(desk, arriving, othersNumber(arriving));
    expect(no).toEqual({ ok: true, value: { matches: false } });
    expect(secretsIn(no, sealedSecrets(house.hotel))).toEqual([]);
    expect(secretsIn(desk.notices, sealedSecrets(house.hotel))).toEqual([]);
  });

  it('is on the disk before anything is decrypted, for the purpose of checking a document, and its end after it', async () => {
    const desk = await unlockedDesk();
    const { arriving } = house.hotel.stories;
    const { session } = desk.terminal;
    const { classKey } = session;
    const seen: number[] = [];
    const before = desk.terminal.desk?.log.head.seq ?? 0;
    session.classKey = (dataClass, epoch) => {
      seen.push((desk.terminal.desk?.log.head.seq ?? 0) - before);
      return classKey.call(session, dataClass, epoch);
    };
    await compare(desk, arriving, arriving.documentNumber ?? '');
    session.classKey = classKey;
    await compare(desk, arriving, othersNumber(arriving));
    expect(seen).toEqual([1]);
    const common = { purpose: 'document-check', field: 'documentNumber' };
    expect(await entries(desk)).toEqual([
      { ...common, outcome: 'failed', reason: 'no-match' },
      { ...common, outcome: 'allowed', reason: null },
      { ...common, outcome: 'allowed', reason: 'match' },
      { ...common, outcome: 'allowed', reason: null },
    ]);
  });

  it('decrypts nothing when the log cannot be written', async () => {
    const desk = await unlockedDesk();
    const { arriving } = house.hotel.stories;
    const log = desk.terminal.desk?.log;
    if (log === undefined) throw new Error('the terminal does not work');
    const key = vi.spyOn(desk.terminal.session, 'classKey');
    log.database.pragma('query_only = true');
    expect(codeOf(await compare(desk, arriving, arriving.documentNumber ?? ''))).toBe('log-unavailable');
    log.database.pragma('query_only = false');
    expect(key).not.toHaveBeenCalled();
  });

  it('takes whole numbers only: the last four, or a slip of the finger, are no try and leave no entry', async () => {
    const desk = await unlockedDesk();
    const { arriving } = house.hotel.stories;
    const number = arriving.documentNumber ?? '';
    const slip = number.slice(0, 16) + String((Number(number[16]) + 1) % 10) + number.slice(17);
    const answers = await Promise.all(
      [number.slice(-4), slip, `${number}7`, 'not a number at all'].map((shown) => compare(desk, arriving, shown)),
    );
    expect(answers).toMatchObject([
      { error: { code: 'number-does-not-fit', problem: 'length' } },
      { error: { code: 'number-does-not-fit', problem: 'check-digit' } },
      { error: { code: 'number-does-not-fit', problem: 'length' } },
      { error: { code: 'number-does-not-fit' } },
    ]);
    for (let tries = 0; tries < 6; tries++) await compare(desk, arriving, slip);
    expect(await entries(desk)).toEqual([]);
    expect(expectOk(await compare(desk, arriving, number)).matches).toBe(true);
  });

  it('needs the second factor and the role, near the stay, and a refusal is recorded', async () => {
    const desk = await enrolledDesk(house);
    const { arriving } = house.hotel.stories;
    const number = arriving.documentNumber ?? '';
    expect(codeOf(await compare(desk, arriving, number))).toBe('locked');
    await desk.signIn(house.who('receptionist'));
    expect(codeOf(await compare(desk, arriving, number))).toBe('needs-unlock');
    await desk.unlock(house.who('receptionist'));
    expect(await compare(desk, arriving, arriving.cardNumber ?? '', 'cardNumber')).toMatchObject({
      error: { code: 'forbidden', reason: 'role', whoCan: ['finance', 'duty-manager'] },
    });
    const past = house.hotel.pastStays.find((stay) => stay.status === 'departed' && stay.departure < '2026-03-01');
    if (past === undefined) throw new Error('the hotel has no past');
    expect(await desk.call('stay.compare', { stayId: past.id, field: 'documentNumber', shown: number })).toMatchObject({
      error: { code: 'forbidden', reason: 'stay-not-current' },
    });
    expect((await entries(desk)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['refused', 'stay-not-current'],
      ['refused', 'role'],
      ['refused', 'needs-unlock'],
    ]);
    await desk.unlock(house.who('finance'));
    const card = arriving.cardNumber ?? '';
    expect(expectOk(await compare(desk, arriving, card.replace(/(.{4})/g, '$1 '), 'cardNumber')).matches).toBe(true);
  });
});

describe('guessing', () => {
  it('ends after five numbers that do not match within an hour, over a restart too, and is recorded', async () => {
    let desk = await unlockedDesk();
    const { arriving, inHouse } = house.hotel.stories;
    const [right, wrong] = [arriving.documentNumber ?? '', othersNumber(arriving)];
    // A match in between is no wrong try, and takes none back but its own.
    expect(expectOk(await compare(desk, arriving, right)).matches).toBe(true);
    for (let tries = 0; tries < 4; tries++) expectOk(await compare(desk, arriving, wrong));
    expect(expectOk(await compare(desk, arriving, right)).matches).toBe(true);
    expectOk(await compare(desk, arriving, wrong));
    expect(await compare(desk, arriving, right)).toMatchObject({
      error: { code: 'too-many-attempts', retryAt: expect.any(Number) },
    });
    expect((await entries(desk))[0]).toMatchObject({ outcome: 'refused', reason: 'too-many-attempts' });
    // Another guest is not concerned.
    expect(expectOk(await compare(desk, inHouse, inHouse.documentNumber ?? '')).matches).toBe(true);

    await desk.terminal.close();
    const again = openDesk(desk.folder, desk.clock);
    await again.terminal.start();
    desk = again;
    await desk.unlock(house.who('duty-manager'));
    for (let tries = 0; tries < 30; tries++)
      expect(codeOf(await compare(desk, arriving, right))).toBe('too-many-attempts');
    desk.clock.pass(HOUR);
    await desk.unlock(house.who('receptionist'));
    expect(expectOk(await compare(desk, arriving, right)).matches).toBe(true);
  });

  it('is not made cheaper by stopping the terminal between the entry and the answer', async () => {
    const desk = await unlockedDesk();
    const { arriving } = house.hotel.stories;
    const { session } = desk.terminal;
    const key = vi.spyOn(session, 'classKey').mockImplementation(() => {
      throw new Error('the terminal stopped here');
    });
    for (let tries = 0; tries < 5; tries++)
      expect(codeOf(await compare(desk, arriving, othersNumber(arriving)))).toBe('internal');
    key.mockRestore();
    expect(codeOf(await compare(desk, arriving, othersNumber(arriving)))).toBe('too-many-attempts');
  });

  it('is counted for the guest, whichever of the stays is on the screen', async () => {
    const desk = await unlockedDesk();
    const { arriving } = house.hotel.stories;
    const cache = desk.terminal.desk?.cache;
    const stay = cache?.stays.get(stayOf(arriving));
    if (!cache || !stay) throw new Error('the story has no stay');
    const second = { ...stay, id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' as typeof stay.id };
    cache.applyPuts([{ kind: 'put', entity: 'stay', seq: 1_000_000, row: second }], 1_000_000);
    for (let tries = 0; tries < 5; tries++) expectOk(await compare(desk, arriving, othersNumber(arriving)));
    const other = { stayId: second.id, field: 'documentNumber', shown: othersNumber(arriving) } as const;
    expect(codeOf(await desk.call('stay.compare', other))).toBe('too-many-attempts');
  });
});
