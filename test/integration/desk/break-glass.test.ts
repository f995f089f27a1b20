/** Breaking the glass: a reason, a second person or a delay, one stay for a quarter of an hour, and a case for the security officer. */
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Slots } from '../../../src-main/vault/slots.ts';
import { GUEST_SEALED_FIELDS } from '../../../src-shared/model/registry.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openDesk, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

const MINUTE = 60_000;
const reason = 'the guest is unconscious';

/** A stay long over, of a guest with something of every class on file. */
function oldStay() {
  const guests = new Map(house.hotel.guests.map((guest) => [guest.id, guest]));
  const stay = house.hotel.pastStays.find(({ status, departure, guestId }) => {
    const guest = guests.get(guestId);
    return (
      status === 'departed' && departure < '2026-02-01' && guest?.cardNumber != null && guest.documentNumber !== null
    );
  });
  const guest = stay && guests.get(stay.guestId);
  if (!stay || !guest) throw new Error('the hotel has no past');
  return { stay, guest };
}

async function managedDesk(): Promise<Desk> {
  const desk = await enrolledDesk(house);
  await desk.unlock(house.who('duty-manager'));
  return desk;
}

/** Asks, has somebody type a password into the prompt, and closes it when that was wrong. */
async function askWith(
  desk: Desk,
  confirmer: { readonly id: string; readonly password: string },
  password = confirmer.password,
) {
  const asked = desk.callWith('glass.ask', { stayId: oldStay().stay.id, reason, confirmer: confirmer.id });
  const { question } = expectOk(await desk.callPrompt('prompt.view', undefined));
  const typed = question === null ? null : await desk.callPrompt('prompt.confirm', { password });
  if (typed?.ok === false) await desk.callPrompt('prompt.cancel', undefined);
  return { question, typed, answer: await asked };
}

const askAlone = (desk: Desk) => desk.call('glass.ask', { stayId: oldStay().stay.id, reason, confirmer: null });
const reveal = (desk: Desk, field: (typeof GUEST_SEALED_FIELDS)[number] = 'cardNumber') =>
  desk.call('stay.reveal', { stayId: oldStay().stay.id, field, purpose: 'emergency' });
const open = async (desk: Desk) => expectOk(await desk.call('stay.open', { stayId: oldStay().stay.id }));

/** Entries about the glass, oldest first, as the officer reads them. */
async function account(desk: Desk): Promise<string[]> {
  await desk.signIn(house.who('security-officer'));
  const { items } = expectOk(await desk.call('log.list', { limit: 200 }));
  return items
    .filter(({ type }) => type.startsWith('break-glass'))
    .map(({ type, outcome, role, reason: why }) => `${type} ${outcome} ${role} ${why}`)
    .toReversed();
}

describe('with a second person', () => {
  it('a stay long over lies open, every class of it, each value recorded under the case, for a quarter of an hour', async () => {
    const desk = await managedDesk();
    const { stay, guest } = oldStay();
    expect(await reveal(desk)).toMatchObject({ error: { reason: 'stay-not-current' } });
    const before = await open(desk);
    expect(before.glass).toMatchObject({ begin: { allowed: true }, state: { name: 'whole' } });
    // Nobody confirms for herself, and not everybody may.
    expect(before.glass?.confirmers.map(({ role }) => role).sort()).toEqual(
      ['night-auditor', 'receptionist', 'receptionist', 'security-officer'].sort(),
    );

    const { question, answer } = await askWith(desk, house.who('receptionist'));
    expect(question).toMatchObject({ asks: 'confirm', about: { reason, requester: { role: 'duty-manager' } } });
    expect(answer).toMatchObject({ ok: true, value: { state: { name: 'broken', stayId: stay.id } } });
    // She has not signed in, and nobody was signed out.
    expect(desk.terminal.session.employee?.role).toBe('duty-manager');
    expect(desk.terminal.session.state).toBe('unlocked');

    const record = await open(desk);
    for (const field of record.fields.filter(({ masked }) => masked !== null))
      expect(field, field.field).toMatchObject({
        mask: { allowed: true },
        reveal: { allowed: true },
        purposes: ['emergency'],
      });
    for (const field of GUEST_SEALED_FIELDS) {
      const value = guest[field];
      if (value !== null) expect(expectOk(await reveal(desk, field)).value, field).toBe(value);
    }
    // Another stay is as closed as before.
    const other = house.hotel.pastStays.find(
      ({ id, status, departure }) => id !== stay.id && status === 'departed' && departure < '2026-02-01',
    );
    expect(
      await desk.callWith('stay.reveal', { stayId: other?.id, field: 'documentNumber', purpose: 'emergency' }),
    ).toMatchObject({ error: { reason: 'stay-not-current' } });

    for (let minute = 0; minute < 14; minute++) {
      desk.clock.pass(MINUTE);
      desk.terminal.session.touch();
    }
    expect(codeOf(await reveal(desk))).toBeNull();
    desk.clock.pass(MINUTE);
    desk.terminal.session.touch();
    expect(await reveal(desk)).toMatchObject({ error: { reason: 'stay-not-current' } });
    expect((await open(desk)).glass?.state).toEqual({ name: 'whole' });
    expect(await account(desk)).toEqual([
      'break-glass.ask allowed duty-manager second-person',
      'break-glass.confirm allowed receptionist null',
      'break-glass.begin allowed duty-manager null',
      'break-glass.end allowed duty-manager time-up',
    ]);
  });

  it('who types a wrong password breaks nothing; it counts as hers, and locks out as a sign-in does', async () => {
    const desk = await managedDesk();
    const emma = house.server.staff.find(({ staffNumber }) => staffNumber === 'R102');
    if (emma === undefined) throw new Error('nobody is R102');
    for (let tries = 0; tries < 8; tries++) {
      const { typed, answer } = await askWith(desk, emma, 'not the password');
      expect(typed).toMatchObject({ error: { code: 'wrong-password', attemptsLeft: 7 - tries } });
      expect(codeOf(answer as never)).toBe('cancelled');
    }
    expect((await askWith(desk, emma)).typed).toMatchObject({ error: { code: 'too-many-attempts' } });
    expect(codeOf(await desk.typePassword(emma, emma.password))).toBe('too-many-attempts');
    expect(desk.terminal.session.employee?.role).toBe('duty-manager');
    expect(await reveal(desk)).toMatchObject({ error: { reason: 'stay-not-current' } });
    expect(
      (await account(desk)).filter((entry) => entry.startsWith('break-glass.confirm failed receptionist')),
    ).toHaveLength(9);
  });

  it('proves herself as at her sign-in here: by her slot where she has one, by her credential where it is not the one of now', async () => {
    const desk = await managedDesk();
    const lina = house.who('receptionist');
    const opened = vi.spyOn(Slots.prototype, 'open');
    onTestFinished(() => opened.mockRestore());
    expect(await askWith(desk, lina)).toMatchObject({ answer: { ok: true } });
    expect(opened.mock.calls.map(([id]) => id)).toEqual([lina.id]);
    // With another password by now, which this terminal has heard of and her slot has not, the old one is nothing.
    const cache = desk.terminal.desk?.cache;
    const [row, other] = [lina.id, house.who('concierge').id].map((id) => cache?.employees.get(id));
    if (!cache || !row || !other) throw new Error('they are there');
    const put = {
      kind: 'put',
      entity: 'employee',
      seq: 1_000_001,
      row: { ...row, credential: other.credential },
    } as const;
    cache.applyPuts([put], put.seq);
    expect(await askWith(desk, lina)).toMatchObject({ typed: { error: { code: 'wrong-password' } } });
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('nobody confirms for herself, nor who may not, is dismissed, or not trained', async () => {
    const desk = await managedDesk();
    const cache = desk.terminal.desk?.cache;
    const row = cache?.employees.get(house.who('night-auditor').id);
    if (!cache || !row) throw new Error('there is no night auditor');
    cache.applyPuts(
      [{ kind: 'put', entity: 'employee', seq: 1_000_000, row: { ...row, trainedUntil: '2020-01-01' } }],
      1_000_000,
    );
    for (const role of ['duty-manager', 'finance', 'it', 'concierge', 'night-auditor'] as const)
      expect(codeOf((await askWith(desk, house.who(role))).answer as never), role).toBe('forbidden');
    expect(await reveal(desk)).toMatchObject({ error: { reason: 'stay-not-current' } });
  });

  it('nothing breaks behind a lock while she types', async () => {
    const desk = await managedDesk();
    const receptionist = house.who('receptionist');
    const asked = desk.callWith('glass.ask', { stayId: oldStay().stay.id, reason, confirmer: receptionist.id });
    await desk.callPrompt('prompt.view', undefined);
    const typed = desk.callPrompt('prompt.confirm', { password: receptionist.password });
    desk.terminal.session.lock('suspend');
    await typed;
    expect(codeOf(await asked)).toBe('locked');
    await desk.unlock(house.who('duty-manager'));
    expect(await reveal(desk)).toMatchObject({ error: { reason: 'stay-not-current' } });
  });
});

describe('without one', () => {
  it('a delay must pass, which outlasts a lock and not a restart; then she begins', async () => {
    let desk = await managedDesk();
    expect(await askAlone(desk)).toMatchObject({ ok: true, value: { state: { name: 'waiting' } } });
    expect(codeOf(await desk.call('glass.begin', undefined))).toBe('not-found');
    desk.clock.pass(4 * MINUTE);
    desk.terminal.session.lock('screen-lock');
    await desk.unlock(house.who('duty-manager'));
    expect((await open(desk)).glass?.state.name).toBe('waiting');
    expect(await reveal(desk)).toMatchObject({ error: { reason: 'stay-not-current' } });
    desk.clock.pass(6 * MINUTE);
    await desk.unlock(house.who('duty-manager'));
    expect((await open(desk)).glass?.state.name).toBe('ready');
    expect(codeOf(await reveal(desk))).toBe('forbidden');
    expect(await desk.call('glass.begin', undefined)).toMatchObject({ ok: true, value: { state: { name: 'broken' } } });
    expectOk(await reveal(desk));
    // Ended by hand.
    expect(expectOk(await desk.call('glass.end', undefined)).state).toEqual({ name: 'whole' });
    expect(codeOf(await reveal(desk))).toBe('forbidden');

    await askAlone(desk);
    await desk.terminal.close();
    const again = openDesk(desk.folder, desk.clock);
    await again.terminal.start();
    desk = again;
    desk.clock.pass(11 * MINUTE);
    await desk.unlock(house.who('duty-manager'));
    expect((await open(desk)).glass?.state).toEqual({ name: 'whole' });
  });

  it('can be taken back, and is over when she does not come back', async () => {
    const desk = await managedDesk();
    await askAlone(desk);
    expect(expectOk(await desk.call('glass.end', undefined)).state).toEqual({ name: 'whole' });
    await askAlone(desk);
    desk.clock.pass(26 * MINUTE);
    await desk.unlock(house.who('duty-manager'));
    expect(codeOf(await desk.call('glass.begin', undefined))).toBe('not-found');
    expect(await account(desk)).toEqual([
      'break-glass.ask allowed duty-manager delay',
      'break-glass.end allowed duty-manager cancelled',
      'break-glass.ask allowed duty-manager delay',
      'break-glass.end allowed duty-manager time-up',
    ]);
  });
});

describe('the glass', () => {
  it('is whole again at a lock, and for whoever signs in next', async () => {
    const desk = await managedDesk();
    await askWith(desk, house.who('receptionist'));
    expectOk(await reveal(desk));
    desk.terminal.session.lock('suspend');
    await desk.unlock(house.who('duty-manager'));
    expect(codeOf(await reveal(desk))).toBe('forbidden');
    expect((await account(desk)).at(-1)).toBe('break-glass.end allowed duty-manager locked');
  });

  it('takes the second factor, a reason without a number, and a duty manager; a refusal is recorded', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(house.who('duty-manager'));
    expect(codeOf(await askAlone(desk))).toBe('needs-unlock');
    await desk.unlock(house.who('duty-manager'));
    const ask = (text: string) => desk.call('glass.ask', { stayId: oldStay().stay.id, reason: text, confirmer: null });
    expect(codeOf(await ask('urgent'))).toBe('invalid-input');
    expect(codeOf(await ask('his card is 4000 0000 0000 0002'))).toBe('sensitive-number');
    await desk.unlock(house.who('receptionist'));
    expect(await askAlone(desk)).toMatchObject({ error: { reason: 'role', whoCan: ['duty-manager'] } });
    expect((await desk.call('stay.open', { stayId: oldStay().stay.id })).ok).toBe(true);
    expect((await open(desk)).glass).toBeNull();
    expect((await account(desk)).at(-1)).toBe('break-glass.ask refused receptionist role');
  });

  it('is broken off her shift too, and untrained; her lists and records she has at any hour', async () => {
    const desk = await managedDesk();
    const cache = desk.terminal.desk?.cache;
    const row = cache?.employees.get(house.who('duty-manager').id);
    if (!cache || !row) throw new Error('there is no duty manager');
    cache.applyPuts(
      [{ kind: 'put', entity: 'employee', seq: 1_000_000, row: { ...row, shifts: [], trainedUntil: '2020-01-01' } }],
      1_000_000,
    );
    expect(codeOf(await desk.call('today.view', undefined))).toBeNull();
    // What is sealed she does not even see the mask of.
    for (const { masked, mask } of (await open(desk)).fields) expect([masked, mask.allowed]).toEqual([null, false]);
    await askWith(desk, house.who('receptionist'));
    expect((await open(desk)).fields.find(({ field }) => field === 'cardNumber')?.masked).toContain('*');
    expectOk(await reveal(desk));
  });

  it('breaks nothing when the log cannot be written', async () => {
    const desk = await managedDesk();
    await askAlone(desk);
    desk.clock.pass(10 * MINUTE);
    await desk.unlock(house.who('duty-manager'));
    const log = desk.terminal.desk?.log;
    log?.database.pragma('query_only = true');
    expect(codeOf(await desk.call('glass.begin', undefined))).toBe('log-unavailable');
    log?.database.pragma('query_only = false');
    expect(codeOf(await reveal(desk))).toBe('forbidden');
  });
});

describe('the case', () => {
  it('comes before the officer at every terminal at the next sync, and nobody else; she closes it with a finding', async () => {
    const [desk, other] = [await managedDesk(), await enrolledDesk(house)];
    const officer = house.who('security-officer');
    await other.signIn(officer);
    const earlier = new Set(expectOk(await other.call('case.list', undefined)).map(({ id }) => id));
    const { open: before } = expectOk(await other.call('case.count', undefined));
    await askWith(desk, house.who('receptionist'));
    expectOk(await reveal(desk));
    // Whoever works there, the duty manager herself too, is told nothing of cases.
    for (const role of ['receptionist', 'duty-manager', 'it'] as const) {
      await desk.signIn(house.who(role));
      for (const answer of [
        await desk.call('case.count', undefined),
        await desk.call('case.list', undefined),
        await desk.call('case.entries', { caseId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }),
        await desk.call('case.close', {
          caseId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
          verdict: 'justified',
          finding: 'all is well here',
        }),
      ])
        expect(codeOf(answer), role).toBe('forbidden');
      expect(JSON.stringify(expectOk(await desk.call('log.list', { limit: 200 })))).not.toContain('case.open');
    }

    const count = async () => expectOk(await other.call('case.count', undefined)).open;
    other.terminal.syncNow();
    await expect.poll(count, { timeout: 10_000 }).toBe(before + 1);
    const there = expectOk(await other.call('case.list', undefined)).find(({ id }) => !earlier.has(id));
    expect(there).toMatchObject({
      kind: 'break-glass',
      role: 'duty-manager',
      reasonText: reason,
      confirmedBy: house.who('receptionist').name,
      state: 'open',
      isHere: false,
      guest: expect.stringContaining('*'),
    });
    expect(expectOk(await other.call('case.entries', { caseId: there?.id ?? ('' as never) }))).toEqual([]);

    await desk.signIn(officer);
    const here = expectOk(await desk.call('case.list', undefined)).find(({ id }) => id === there?.id);
    if (here === undefined) throw new Error('there is no case');
    expect(here.isHere).toBe(true);
    const entries = expectOk(await desk.call('case.entries', { caseId: here.id }));
    expect(entries.map(({ type }) => type)).toEqual([
      'break-glass.end',
      'field.reveal',
      'break-glass.begin',
      'break-glass.confirm',
      'break-glass.ask',
    ]);
    expect(entries.find(({ seq }) => seq === here.entry)?.type).toBe('break-glass.begin');
    const close = (finding: string) => desk.call('case.close', { caseId: here.id, verdict: 'justified', finding });
    expect(codeOf(await close('his card is 4000 0000 0000 0002'))).toBe('sensitive-number');
    expect(expectOk(await close('a doctor was called'))).toMatchObject({
      state: 'closed',
      verdict: 'justified',
      closedBy: officer.name,
    });
    expect(codeOf(await close('a doctor was called'))).toBe('not-found');
    await expect
      .poll(
        async () => {
          other.terminal.syncNow();
          return count();
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(before);
  });
});
