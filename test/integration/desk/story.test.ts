/** A receptionist's day, from the enrolment of the terminal to the entry in the log: real server, TLS, keychain, cache, codes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import type { SearchHit } from '../../../src-shared/ipc/views.ts';
import { mask } from '../../../src-shared/mask/index.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { PULL_PAGE } from '../../../src-shared/sync/protocol.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
  tempFolder,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

/** The stay of one of the two guests whose story the demo tells. */
function stayOf(guest: House['hotel']['stories']['arriving']) {
  const stay = house.hotel.currentStays.find(({ guestId }) => guestId === guest.id);
  if (stay === undefined) throw new Error('the story has no stay');
  return stay;
}

/** A second life of a terminal over the same folder, with its clock going on. */
async function restart(desk: Desk): Promise<Desk> {
  await desk.terminal.close();
  const again = openDesk(desk.folder, desk.clock);
  await again.terminal.start();
  return again;
}

const wrongPassword = (desk: Desk, who: DemoEmployee) => desk.typePassword(who, 'not the password');

/** Every row of the feed, as the server would send it. */
async function serverNotes() {
  const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, PULL_PAGE);
  return rows.filter(({ entity }) => entity === 'guestNote').map(({ json }) => JSON.parse(json));
}

describe('enrolment', () => {
  it('asks for a code at first run, refuses a wrong one, and takes each once', async () => {
    const code = await house.server.enrolmentCode();
    const desk = openDesk(tempFolder('terminal'));
    setUpFolder({ folder: desk.folder, serverUrl: house.server.url, caPem: house.server.caPem });
    await desk.terminal.start();
    expect(desk.terminal.status.phase).toBe('first-run');
    expect(codeOf(await desk.call('session.staff', undefined))).toBe('not-ready');
    expect(codeOf(await desk.call('app.enrol', { code: 'WRONG-CODE0' }))).toBe('wrong-enrolment-code');
    expect(expectOk(await desk.call('app.enrol', { code: code.toLowerCase() })).phase).toBe('ready');
    expect(codeOf(await desk.call('app.enrol', { code }))).toBe('not-ready');

    const other = openDesk(tempFolder('terminal'));
    setUpFolder({ folder: other.folder, serverUrl: house.server.url, caPem: house.server.caPem });
    await other.terminal.start();
    expect(codeOf(await other.call('app.enrol', { code }))).toBe('wrong-enrolment-code');
  });

  it('goes by itself where IT wrote the code down, and the first sync tells how far it is', async () => {
    const desk = openDesk(tempFolder('terminal'));
    const enrolmentCode = await house.server.enrolmentCode();
    setUpFolder({ folder: desk.folder, serverUrl: house.server.url, caPem: house.server.caPem, enrolmentCode });
    await desk.terminal.start();
    expect(desk.terminal.status.phase).toBe('ready');
    await desk.until(({ line }) => line === 'online');
    const told = desk.notices.flatMap(({ name, payload }) =>
      name === 'sync.changed' ? [(payload as typeof desk.terminal.syncView).firstSyncRows] : [],
    );
    expect(told.filter((rows) => rows !== null && rows > 0).length).toBeGreaterThan(1);
    expect(desk.terminal.syncView.firstSyncRows).toBeNull();
    expect(desk.terminal.status.propertyName).toBe(house.hotel.property.name);
    expect(expectOk(await desk.call('session.staff', undefined))).toHaveLength(house.server.staff.length);
  });
});

describe('signing in', () => {
  it('takes the right password only, and counts the wrong ones', async () => {
    const desk = await enrolledDesk(house);
    const receptionist = house.who('receptionist');
    expect(await wrongPassword(desk, receptionist)).toMatchObject({
      error: { code: 'wrong-password', attemptsLeft: 7 },
    });
    expect(await wrongPassword(desk, receptionist)).toMatchObject({ error: { attemptsLeft: 6 } });
    await desk.signIn(receptionist);
    expect(expectOk(await desk.call('session.view', undefined))).toMatchObject({
      state: 'signed-in',
      employee: { id: receptionist.id, role: 'receptionist' },
    });
    await desk.call('session.lock', undefined);
    expect(await wrongPassword(desk, receptionist)).toMatchObject({ error: { attemptsLeft: 7 } });
  });

  it('locks out after eight wrong passwords for half an hour, over a restart too, and only that employee', async () => {
    let desk = await enrolledDesk(house);
    const [finance, receptionist] = [house.who('finance'), house.who('receptionist')];
    for (let tries = 0; tries < 4; tries++) await wrongPassword(desk, finance);
    desk = await restart(desk);
    for (let tries = 0; tries < 4; tries++) await wrongPassword(desk, finance);
    const right = () => desk.typePassword(finance, finance.password);
    expect(codeOf(await right())).toBe('too-many-attempts');
    desk = await restart(desk);
    const locked = await right();
    expect(locked).toMatchObject({ error: { code: 'too-many-attempts', retryAt: expect.any(Number) } });
    await desk.signIn(receptionist);
    desk.clock.pass(30 * 60_000);
    expect(codeOf(await right())).toBeNull();
  });

  it('that was under way when the terminal was locked does not go through', async () => {
    const desk = await enrolledDesk(house);
    const { id, password } = house.who('receptionist');
    const signingIn = desk.call('session.signIn', { employeeId: id });
    const typed = desk.callPrompt('prompt.password', { password });
    desk.terminal.session.lock('screen-lock');
    expect(codeOf(await typed)).toBe('not-ready');
    expect(desk.terminal.session.state).toBe('locked');
    await desk.call('session.cancel', undefined);
    expect(codeOf(await signingIn)).toBe('cancelled');
  });

  it('ends when the server no longer has the employee as active', async () => {
    const desk = await enrolledDesk(house);
    const auditor = house.who('night-auditor');
    await desk.signIn(auditor);
    expect(codeOf(await desk.call('today.view', undefined))).toBeNull();
    const row = desk.terminal.desk?.cache.employees.get(auditor.id);
    if (row === undefined || row === null) throw new Error('the auditor is not there');
    desk.terminal.desk?.cache.applyPuts(
      [{ kind: 'put', entity: 'employee', seq: 1_000_000, row: { ...row, active: false } }],
      1_000_000,
    );
    expect(codeOf(await desk.call('today.view', undefined))).toBe('locked');
    expect(desk.terminal.session.state).toBe('locked');
  });
});

describe('the day', () => {
  it('shows arrivals, guests in house and rooms, with names and phones masked', async () => {
    const desk = await enrolledDesk(house);
    expect(codeOf(await desk.call('today.view', undefined))).toBe('locked');
    await desk.signIn(house.who('receptionist'));
    const today = expectOk(await desk.call('today.view', undefined));
    expect(today.rooms).toHaveLength(house.hotel.rooms.length);
    const inHouse = house.hotel.currentStays.filter(({ status }) => status === 'in-house');
    expect(today.inHouse).toHaveLength(inHouse.length);
    const { arriving } = house.hotel.stories;
    const lin = today.arrivals.find(({ guestId }) => guestId === arriving.id);
    expect(lin).toMatchObject({ name: '林**', phone: expect.stringContaining('6621') });
    const text = JSON.stringify(today);
    for (const { name, phone } of house.hotel.guests) {
      if (Array.from(name).length > 1) expect(text).not.toContain(name);
      if (phone !== null) expect(text).not.toContain(phone);
    }
  });

  it('finds guests by name, pinyin, initials, Latin name, end of the phone, room and reservation', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(house.who('receptionist'));
    const { arriving, inHouse } = house.hotel.stories;
    const stay = stayOf(inHouse);
    const room = house.hotel.rooms.find(({ id }) => id === stay.roomId)?.number ?? '';
    const expected: readonly [string, typeof arriving, SearchHit['matched']][] = [
      ['林晓雨', arriving, 'name'],
      ['晓雨', arriving, 'name'],
      ['linxiaoyu', arriving, 'pinyin'],
      ['lxy', arriving, 'initials'],
      ['6621', arriving, 'phone'],
      ['eleanor', inHouse, 'name'],
      ['whitf', inHouse, 'name'],
      [room, inHouse, 'room'],
      [stay.reservationNumber, inHouse, 'reservation'],
      [stay.reservationNumber.toLowerCase(), inHouse, 'reservation'],
    ];
    for (const [query, guest, matched] of expected) {
      const hits = expectOk(await desk.call('guest.search', { query, limit: 20 }));
      const hit = hits.find(({ guestId }) => guestId === guest.id);
      expect(hit, query).toMatchObject({ matched, name: mask('name', guest.name) });
      expect(JSON.stringify(hits)).not.toContain(guest.name);
    }
    // The log has that was searched and how much was found, never the query.
    const { items } = expectOk(await desk.call('log.list', { limit: 50, type: 'all' }));
    expect(items.filter(({ type }) => type === 'guest.search')).toHaveLength(expected.length);
    expect(JSON.stringify(items)).not.toContain('linxiaoyu');
  });
});

describe('the second factor', () => {
  it('works with the network down, takes each code once and in its window only, over a restart too', async () => {
    let desk = await enrolledDesk(house);
    const receptionist = house.who('receptionist');
    // On line once: the server lends what codes are checked with.
    await desk.unlock(receptionist);
    desk.clock.pass(60_000);
    // Nothing answers there: the line is down for this terminal.
    setUpFolder({ folder: desk.folder, serverUrl: 'https://127.0.0.1:9', caPem: house.server.caPem });
    desk = await restart(desk);
    const code = (aheadMs = 0) => currentTotp(receptionist.totpSecret, desk.clock.now() + aheadMs);
    const unlock = (digits: string) => desk.typeCode(digits);
    expect(codeOf(await unlock(code()))).toBe('locked');
    await desk.signIn(receptionist);
    await desk.until(({ problem }) => problem === 'unreachable');
    const wrong = code() === '000000' ? '111111' : '000000';
    expect(await unlock(wrong)).toMatchObject({ error: { code: 'wrong-code', attemptsLeft: 4 } });
    expect(codeOf(await unlock(code(-90_000)))).toBe('wrong-code');
    expect(codeOf(await unlock(code(+90_000)))).toBe('wrong-code');
    const used = code();
    expect(expectOk(await unlock(used))).toMatchObject({ state: 'unlocked', unlock: { endsAt: expect.any(Number) } });
    expect(codeOf(await unlock(used))).toBe('code-used');
    // The step before it is inside the window, and older than what was used.
    expect(codeOf(await unlock(code(-30_000)))).toMatch(/code-used|wrong-code/);

    desk = await restart(desk);
    await desk.signIn(receptionist);
    expect(codeOf(await unlock(used))).toBe('code-used');
    // A clock that runs half a minute behind the person's phone.
    expect(codeOf(await unlock(code(+30_000)))).toBeNull();
  });

  it('locks out after five wrong codes, and a right one does not help then, over a restart too', async () => {
    let desk = await enrolledDesk(house);
    const receptionist = house.who('receptionist');
    await desk.signIn(receptionist);
    const right = () => currentTotp(receptionist.totpSecret, desk.clock.now());
    for (let tries = 0; tries < 5; tries++) {
      const wrong = right() === '000000' ? '111111' : '000000';
      expect(codeOf(await desk.typeCode(wrong))).toBe('wrong-code');
    }
    expect(codeOf(await desk.typeCode(right()))).toBe('too-many-attempts');
    desk = await restart(desk);
    await desk.signIn(receptionist);
    expect(codeOf(await desk.typeCode(right()))).toBe('too-many-attempts');
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
  });

  it('ends five idle minutes later: what was unlocked asks for it again', async () => {
    const desk = await enrolledDesk(house);
    await desk.unlock(house.who('receptionist'));
    const stay = stayOf(house.hotel.stories.arriving);
    const reveal = () => desk.call('stay.reveal', { stayId: stay.id, field: 'documentNumber', purpose: 'check-in' });
    expect(codeOf(await reveal())).toBeNull();
    desk.clock.pass(5 * 60_000);
    expect(codeOf(await reveal())).toBe('needs-unlock');
    desk.clock.pass(5 * 60_000);
    expect(codeOf(await reveal())).toBe('locked');
    expect(expectOk(await desk.call('session.view', undefined))).toMatchObject({ state: 'locked', lockReason: 'idle' });
  });
});

describe('a grant', () => {
  it('whose signature does not hold brings no key and is recorded, and the others bring theirs', async () => {
    const desk = await enrolledDesk(house);
    const manager = house.who('duty-manager');
    const cache = desk.terminal.desk?.cache;
    const payment = cache?.classGrants.forEmployee(manager.id).find((grant) => grant.class === 'payment');
    if (cache === undefined || payment === undefined) throw new Error('the manager was granted everything');
    const row = { ...payment, grantedAt: payment.grantedAt + 1 };
    cache.applyPuts([{ kind: 'put', entity: 'classGrant', seq: 1_000_000, row }], 1_000_000);
    await desk.unlock(manager);
    expect(desk.terminal.session.unlockedClasses).toEqual(['identity', 'preference']);
    const { items } = expectOk(await desk.call('log.list', { limit: 3, type: 'all' }));
    expect(items.slice(1)).toMatchObject([
      { type: 'session.unlock', outcome: 'allowed' },
      { type: 'grant.ignored', outcome: 'failed', class: 'payment', reason: 'bad-signature' },
    ]);
  });

  it('is opened at unlock only: signed in, no class key is in memory, and after a lock none is left', async () => {
    const desk = await enrolledDesk(house);
    const manager = house.who('duty-manager');
    await desk.signIn(manager);
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
    await desk.unlock(manager);
    const key = desk.terminal.session.classKey('payment', 1)?.key;
    expect(key?.every((byte) => byte === 0)).toBe(false);
    await desk.call('session.lock', undefined);
    expect(key?.every((byte) => byte === 0)).toBe(true);
  });

  it('that is being opened when the terminal is locked leaves no key behind', async () => {
    const desk = await enrolledDesk(house);
    const manager = house.who('duty-manager');
    await desk.signIn(manager);
    const asked = desk.call('session.unlock', undefined);
    expectOk(await desk.callPrompt('prompt.view', undefined));
    const typed = desk.callPrompt('prompt.code', { code: currentTotp(manager.totpSecret, desk.clock.now()) });
    await Promise.resolve();
    desk.terminal.session.lock('screen-lock');
    expect(codeOf(await typed)).toBe('locked');
    await desk.callPrompt('prompt.cancel', undefined);
    expect(codeOf(await asked)).toBe('cancelled');
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
  });
});

describe('the text field for notes', () => {
  it('is there for whoever may write one, and who asks all the same is refused', async () => {
    const desk = await enrolledDesk(house);
    const { arriving } = house.hotel.stories;
    const { id: stayId } = stayOf(arriving);
    await desk.signIn(house.who('receptionist'));
    expect(expectOk(await desk.call('stay.open', { stayId })).mayNote).toBe(true);
    await desk.signIn(house.who('finance'));
    expect(expectOk(await desk.call('stay.open', { stayId })).mayNote).toBe(false);
    expect(codeOf(await desk.call('note.add', { guestId: arriving.id, text: 'asks for a quiet room' }))).toBe(
      'forbidden',
    );
  });
});

describe('a reveal', () => {
  it('gives the one value for the stated purpose, and its entry is in the log, which verifies', async () => {
    const desk = await enrolledDesk(house);
    const receptionist = house.who('receptionist');
    const { arriving } = house.hotel.stories;
    const stay = stayOf(arriving);
    await desk.unlock(receptionist);
    const record = expectOk(await desk.call('stay.open', { stayId: stay.id }));
    expect(record.guest.name).toBe(arriving.name);
    const field = record.fields.find((candidate) => candidate.field === 'documentNumber');
    expect(field).toMatchObject({
      reveal: { allowed: true },
      masked: mask('chinese-id', arriving.documentNumber ?? ''),
    });
    const purpose = field?.purposes[0];
    expect(purpose).toBe('check-in');

    const revealed = expectOk(
      await desk.call('stay.reveal', { stayId: stay.id, field: 'documentNumber', purpose: 'check-in' }),
    );
    expect(revealed.value).toBe(arriving.documentNumber);
    expect(revealed.watermark).toMatchObject({ employee: receptionist.staffNumber, terminal: 'Front desk 1' });
    const { items } = expectOk(await desk.call('log.list', { limit: 10, type: 'reveals' }));
    expect(items[0]).toMatchObject({
      seq: revealed.watermark.entry,
      outcome: 'allowed',
      employee: receptionist.name,
      stayId: stay.id,
      field: 'documentNumber',
      class: 'identity',
      purpose: 'check-in',
      guest: '林**',
    });
    desk.terminal.syncNow();
    await desk.until((view) => view.log?.waiting === 0);
    const verdict = expectOk(await desk.call('log.verify', undefined));
    expect(verdict).toMatchObject({ intact: true, problem: null, server: 'proved' });
    expect(verdict.entries).toBeGreaterThanOrEqual(revealed.watermark.entry);
  });

  it('leaves one entry for one look at a record, however often it is drawn, and another after the next sign-in', async () => {
    const desk = await enrolledDesk(house);
    const { id: stayId } = stayOf(house.hotel.stories.arriving);
    const opened = async () => {
      const { items } = expectOk(await desk.call('log.list', { limit: 50, type: 'all' }));
      return items.filter((item) => item.type === 'stay.open').length;
    };
    await desk.signIn(house.who('receptionist'));
    expectOk(await desk.call('stay.open', { stayId }));
    expectOk(await desk.call('stay.open', { stayId }));
    expect(await opened()).toBe(1);
    expectOk(await desk.call('stay.open', { stayId: stayOf(house.hotel.stories.inHouse).id }));
    expectOk(await desk.call('stay.open', { stayId }));
    expect(await opened()).toBe(3);
    expectOk(await desk.call('session.lock', undefined));
    await desk.signIn(house.who('receptionist'));
    expectOk(await desk.call('stay.open', { stayId }));
    expect(await opened()).toBe(4);
  });

  it('opens every field of every class to whom the policy gives it, each to its right value', async () => {
    const desk = await enrolledDesk(house);
    const { arriving } = house.hotel.stories;
    const { id: stayId } = stayOf(arriving);
    await desk.unlock(house.who('duty-manager'));
    const record = expectOk(await desk.call('stay.open', { stayId }));
    for (const { field, purposes } of record.fields) {
      const purpose = purposes[0];
      if (purpose === undefined) throw new Error(`${field} has no purpose`);
      const answer = await desk.call('stay.reveal', { stayId, field, purpose });
      expect(answer.ok ? answer.value.value : answer.error.code, field).toBe(arriving[field] ?? 'not-found');
    }
  });

  it('is refused without the second factor, by role, for a stay long past and for a purpose that does not fit, and recorded', async () => {
    const desk = await enrolledDesk(house);
    const current = stayOf(house.hotel.stories.arriving).id;
    const past = house.hotel.pastStays.find(
      ({ status, departure }) => status === 'departed' && departure < '2026-03-01',
    );
    if (past === undefined) throw new Error('the hotel has no past');
    const reveal = (
      stayId: typeof current,
      field: 'documentNumber' | 'cardNumber',
      purpose: 'check-in' | 'settle-folio',
    ) => desk.call('stay.reveal', { stayId, field, purpose });

    expect(codeOf(await reveal(current, 'documentNumber', 'check-in'))).toBe('locked');
    await desk.signIn(house.who('receptionist'));
    expect(codeOf(await reveal(current, 'documentNumber', 'check-in'))).toBe('needs-unlock');
    await desk.unlock(house.who('receptionist'));
    expect(await reveal(current, 'cardNumber', 'settle-folio')).toMatchObject({
      error: { code: 'forbidden', whoCan: ['finance', 'duty-manager'] },
    });
    expect(codeOf(await reveal(past.id, 'documentNumber', 'check-in'))).toBe('forbidden');
    expect(codeOf(await reveal(current, 'documentNumber', 'settle-folio'))).toBe('forbidden');
    const { items } = expectOk(await desk.call('log.list', { limit: 10, type: 'refusals' }));
    expect(items.map(({ reason }) => reason)).toEqual(['purpose', 'stay-not-current', 'role', 'needs-unlock']);

    // The guard behind the policy: whoever may not see payment data does not hold its key.
    expect(desk.terminal.session.unlockedClasses).toEqual(['identity']);
    await desk.unlock(house.who('it'));
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
    expect(codeOf(await desk.call('stay.open', { stayId: current }))).toBe('forbidden');
  });

  it('of a sealed value that was moved to another guest opens nothing, and says so in the log', async () => {
    const desk = await enrolledDesk(house);
    const { arriving, inHouse } = house.hotel.stories;
    const cache = desk.terminal.desk?.cache;
    const [a, b] = [cache?.guests.get(arriving.id), cache?.guests.get(inHouse.id)];
    if (!a || !b) throw new Error('the stories are not there');
    const row = { ...a, documentNumber: b.documentNumber };
    cache?.applyPuts([{ kind: 'put', entity: 'guest', seq: 1_000_000, row }], 1_000_000);
    await desk.unlock(house.who('receptionist'));
    const { id: stayId } = stayOf(arriving);
    const answer = await desk.call('stay.reveal', { stayId, field: 'documentNumber', purpose: 'check-in' });
    expect(codeOf(answer)).toBe('unreadable-value');
    const { items } = expectOk(await desk.call('log.list', { limit: 2, type: 'reveals' }));
    expect(items.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', 'wrong-key'],
      ['allowed', null],
    ]);
  });
});

describe('the access log', () => {
  it('shows everything to the security officer and to others what they did themselves', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(house.who('receptionist'));
    await desk.call('today.view', undefined);
    const own = expectOk(await desk.call('log.list', { limit: 200 }));
    expect(own.scope).toBe('own');
    expect(new Set(own.items.map(({ employee }) => employee))).toEqual(new Set([house.who('receptionist').name]));
    await desk.signIn(house.who('security-officer'));
    const all = expectOk(await desk.call('log.list', { limit: 200 }));
    expect(all.scope).toBe('all');
    expect(all.items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['terminal.enrolled', 'terminal.start', 'session.sign-in', 'session.lock', 'log.read']),
    );
    expect(codeOf(await desk.call('stay.open', { stayId: stayOf(house.hotel.stories.inHouse).id }))).toBe('forbidden');
  });
});

describe('a note', () => {
  it('written with the network down is shown at once and reaches the server once, when the line is back', async () => {
    let desk = await enrolledDesk(house);
    const { inHouse } = house.hotel.stories;
    setUpFolder({ folder: desk.folder, serverUrl: 'https://127.0.0.1:9', caPem: house.server.caPem });
    desk = await restart(desk);
    const receptionist = house.who('receptionist');
    await desk.signIn(receptionist);
    const text = 'Prefers a quiet room 🛏 安静';
    expect(expectOk(await desk.call('note.add', { guestId: inHouse.id, text }))).toMatchObject({
      state: 'waiting',
      author: receptionist.name,
    });
    expect(desk.terminal.syncView.queued).toBe(1);
    expect(await serverNotes()).toEqual([]);

    setUpFolder({ folder: desk.folder, serverUrl: house.server.url, caPem: house.server.caPem });
    desk = await restart(desk);
    await desk.signIn(receptionist);
    await desk.until(({ queued, line }) => queued === 0 && line === 'online');
    expect(await serverNotes()).toMatchObject([{ text, guestId: inHouse.id, authorId: receptionist.id }]);
    const { notes } = expectOk(await desk.call('stay.open', { stayId: stayOf(inHouse).id }));
    expect(notes).toMatchObject([{ text, state: 'synced' }]);

    // Another terminal has it as well.
    const other = await enrolledDesk(house);
    await other.signIn(receptionist);
    const there = expectOk(await other.call('stay.open', { stayId: stayOf(inHouse).id }));
    expect(there.notes).toMatchObject([{ text, state: 'synced' }]);
  });

  it('with an ID or card number in it is refused, and neither kept nor sent', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(house.who('receptionist'));
    const { arriving } = house.hotel.stories;
    for (const number of [arriving.documentNumber, arriving.cardNumber]) {
      const answer = await desk.call('note.add', { guestId: arriving.id, text: `take ${number} please` });
      expect(answer).toEqual({ ok: false, error: { code: 'sensitive-number', field: 'text' } });
    }
    expect(desk.terminal.syncView.queued).toBe(0);
  });
});
