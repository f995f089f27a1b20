/** Somebody who looks after the terminals is made to: what she seems to do, and that nothing comes of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { readEnrolmentCode } from '../../../src-shared/enrolment/code.ts';
import type { TerminalView } from '../../../src-shared/ipc/terminal-views.ts';
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
import { keep, nextCode } from './keep-password.ts';

const HELP = 'seven green umbrellas';

let house: House;
let desk: Desk;
let other: Desk;
let it_: DemoEmployee;
let otherId: TerminalView['id'];

beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  other = await enrolledDesk(house);
  otherId = (await inTruth())[0]?.id ?? expect.fail('there is no terminal');
  desk = await enrolledDesk(house);
  it_ = house.who('it');
  await desk.signIn(it_);
  expectOk((await keep(desk, 'duress.set', it_.password, HELP, nextCode(desk, it_))).answer);
  expectOk(await desk.call('session.lock', undefined));
  expectOk(await desk.typePassword(it_, HELP));
  expect(desk.terminal.desk?.kind).toBe('duress');
  await desk.until(({ line }) => line === 'online');
});

/** The terminals as the server has them. */
async function inTruth() {
  const { store } = house.server;
  return (await store.listTerminals(house.hotel.property.id, house.who('it').id)) ?? expect.fail('not told');
}

const listed = async () => expectOk(await desk.call('terminals.view', undefined));
const states = (list: readonly TerminalView[]) => list.map(({ id, state, isHere }) => [id === otherId, state, isHere]);

describe('the terminals under duress', () => {
  it('are those of the hotel', async () => {
    expect((await listed()).map(({ id }) => id)).toEqual((await inTruth()).map(({ id }) => id));
    expect(states(await listed())).toEqual([
      [false, 'enrolled', true],
      [true, 'enrolled', false],
    ]);
  });

  it('get a code that reads like any other, names the right server, and enrols nothing', async () => {
    const { code, expiresAt } = expectOk(await desk.call('terminals.code', undefined));
    expect(readEnrolmentCode(code)?.pin).toBe(readEnrolmentCode(await house.server.enrolmentCode())?.pin);
    expect(expiresAt - desk.clock.now()).toBeGreaterThan(9 * 60_000);
    const folder = tempFolder('stranger');
    setUpFolder({ folder, serverUrl: house.server.url, caPem: house.server.caPem });
    const stranger = openDesk(folder);
    await stranger.terminal.start();
    expect(codeOf(await stranger.call('app.enrol', { code }))).toBe('wrong-enrolment-code');
    expect(await inTruth()).toHaveLength(2);
  });

  it('are shut out and wiped to all appearance, with the second factor, and go on in truth', async () => {
    const order = { terminalId: otherId } as const;
    expect(codeOf(await desk.call('terminals.shutOut', { ...order, how: 'revoke' }))).toBe('needs-unlock');
    expectOk(await desk.typeCode(nextCode(desk, it_)));
    for (const [how, seen] of [
      ['revoke', 'revoked'],
      ['wipe', 'wiping'],
    ] as const) {
      expectOk(await desk.call('terminals.shutOut', { ...order, how }));
      await desk.until(({ queued }) => queued === 0);
      expect(states(await listed())).toContainEqual([true, seen, false]);
    }
    const { revokedAt, wipe } = (await inTruth()).find(({ id }) => id === otherId) ?? expect.fail('it is gone');
    expect({ revokedAt, wipe }).toEqual({ revokedAt: null, wipe: null });
    await other.signIn(house.who('receptionist'));
    await other.until(({ line }) => line === 'online');
    expect(other.terminal.shutOut).toBeNull();
  });

  it('are in the log as they were asked for, for the officer and not for who looks over her shoulder', async () => {
    const { items } = expectOk(await desk.call('log.list', { limit: 50 }));
    const types = items.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['terminal.code', 'terminal.revoke', 'terminal.wipe']));
    expect(JSON.stringify(items)).not.toContain('duress');
    const newest = desk.terminal.door?.log.list({ limit: 20 }) ?? [];
    const marked = newest.map(({ encoded }) => JSON.parse(encoded).event);
    for (const type of ['terminal.code', 'terminal.revoke', 'terminal.wipe'])
      expect(marked.find((event) => event.type === type)).toMatchObject({ duress: true });
  });
});
