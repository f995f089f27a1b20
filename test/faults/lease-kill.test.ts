/** kill -9 between counting a code and checking it: the attempt is used up, and no number of kills buys a sixth (DESIGN §4). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentTotp } from '../../src-shared/step-up/totp.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
} from '../integration/terminal/house.ts';
import { openKeychain } from '../integration/terminal/keychain.ts';

const CHILD = fileURLToPath(new URL('./lease-child.ts', import.meta.url));
/** Later than the code that unlocked on line. */
const AHEAD = 2 * 60_000;

let house: House;
let before: Desk;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  before = await enrolledDesk(house);
  await before.unlock(house.who('receptionist'));
  await before.terminal.close();
  setUpFolder({ folder: before.folder, serverUrl: 'https://127.0.0.1:9', caPem: house.server.caPem });
});

/** A process that types a code and is gone before it was checked. @returns by which signal */
async function killedWhileChecking(code: string): Promise<string | null> {
  const { id, password } = house.who('receptionist');
  const child = spawn(process.execPath, [CHILD, before.folder, id, password, code, String(AHEAD)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = await once(child, 'exit');
  return signal;
}

/** What a code is answered here, a moment later. */
async function answer(code: (now: number) => string) {
  const lina = house.who('receptionist');
  const desk = openDesk(before.folder, before.clock);
  await desk.terminal.start();
  await desk.signIn(lina);
  const answered = await desk.typeCode(code(desk.clock.now()));
  await desk.terminal.close();
  return answered;
}

describe('a code typed without a line', () => {
  it('is counted before it is checked: a process killed in between has used the attempt up', async () => {
    const { totpSecret } = house.who('receptionist');
    before.clock.pass(60_000);
    const wrong = (now: number) => currentTotp(totpSecret, now + 600_000);
    for (let n = 0; n < 3; n++) expect(await killedWhileChecking('000000')).toBe('SIGKILL');
    expect(await answer(wrong)).toMatchObject({ error: { code: 'wrong-code', attemptsLeft: 1 } });
    expect(await killedWhileChecking('000000')).toBe('SIGKILL');
    expect(codeOf(await answer((now) => currentTotp(totpSecret, now)))).toBe('lease-used-up');
  });
});
