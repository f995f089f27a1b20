/** What an employee may reveal within an hour and a day: a line, a case, and no more; over restarts and whatever the clock says. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AccessLog } from '../../../src-main/access-log/log.ts';
import { RevealCounts } from '../../../src-main/desk/reveal-counts.ts';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import { DeviceId, EmployeeId } from '../../../src-shared/model/ids.ts';
import { budgetFor, isExhausted } from '../../../src-shared/policy/index.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  type House,
  openDesk,
  openHouse,
  tempFolder,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

const HOUR = 60 * 60_000;
const budget = budgetFor('receptionist', 'identity');
if (budget === null) throw new Error('receptionists have no budget');
const { hour } = budget;

function arriving(): StayId {
  const { id } = house.hotel.stories.arriving;
  const stay = house.hotel.currentStays.find(({ guestId }) => guestId === id);
  if (stay === undefined) throw new Error('the story has no stay');
  return stay.id;
}
const reveal = (desk: Desk) =>
  desk.call('stay.reveal', { stayId: arriving(), field: 'documentNumber', purpose: 'check-in' });

/** Reveals so many, which must all go through. @returns the last */
async function revealMany(desk: Desk, count: number) {
  let last = expectOk(await reveal(desk));
  for (let done = 1; done < count; done++) last = expectOk(await reveal(desk));
  return last;
}

async function restart(desk: Desk): Promise<Desk> {
  await desk.terminal.close();
  const again = openDesk(desk.folder, desk.clock);
  await again.terminal.start();
  return again;
}

describe('a budget of reveals', () => {
  it('is told from some on, then opens one case, then stops, and says from when on and whom to ask', async () => {
    let desk = await enrolledDesk(house);
    await desk.unlock(house.who('receptionist'));
    expect((await revealMany(desk, hour.soft - 1)).budget).toBeNull();
    expect(expectOk(await reveal(desk)).budget).toEqual({
      step: 'soft',
      window: 'hour',
      spent: hour.soft,
      stop: hour.stop,
    });
    expect((await revealMany(desk, hour.case - hour.soft - 1)).budget).toMatchObject({ step: 'soft' });
    const atCase = expectOk(await reveal(desk));
    expect(atCase.budget).toEqual({ step: 'case', window: 'hour', spent: hour.case, stop: hour.stop });
    // Over a restart in the middle of it.
    desk = await restart(desk);
    await desk.unlock(house.who('receptionist'));
    expect((await revealMany(desk, hour.stop - hour.case)).budget).toMatchObject({ step: 'case', spent: hour.stop });

    const refused = { code: 'forbidden', reason: 'budget', whoCan: ['duty-manager'] };
    expect(await reveal(desk)).toMatchObject({ error: refused });
    const { fields } = expectOk(await desk.call('stay.open', { stayId: arriving() }));
    const number = fields.find(({ field }) => field === 'documentNumber');
    if (number?.reveal.allowed !== false || number.reveal.help.kind !== 'budget') throw new Error('it may be revealed');
    const { freesAt, roles } = number.reveal.help;
    expect(roles).toEqual(['duty-manager']);
    expect(freesAt - desk.clock.now()).toBeGreaterThan(HOUR - 10 * 60_000);
    expect(freesAt - desk.clock.now()).toBeLessThanOrEqual(HOUR);
    desk.clock.pass(freesAt - desk.clock.now() - 2_000);
    await desk.unlock(house.who('receptionist'));
    desk.clock.pass(freesAt - desk.clock.now() + 1);
    desk.terminal.session.touch();
    expectOk(await reveal(desk));

    await desk.signIn(house.who('security-officer'));
    const cases = expectOk(await desk.call('case.list', undefined)).filter(({ isHere }) => isHere);
    expect(cases).toMatchObject([
      { kind: 'budget', role: 'receptionist', class: 'identity', entry: atCase.watermark.entry },
    ]);
    const entries = expectOk(await desk.call('case.entries', { caseId: cases[0]?.id ?? ('' as never) }));
    expect(
      entries.filter(({ type, outcome }) => type === 'field.reveal' && outcome === 'allowed').length,
    ).toBeGreaterThanOrEqual(hour.stop);
    expect(entries.filter(({ reason }) => reason === 'budget')).toHaveLength(0);
    const { items } = expectOk(await desk.call('log.list', { limit: 5, type: 'refusals' }));
    expect(items[0]).toMatchObject({ type: 'field.reveal', reason: 'budget' });
  });

  it('is each employee’s own, and what lies behind the broken glass is not drawn from it', async () => {
    const desk = await enrolledDesk(house);
    await desk.unlock(house.who('receptionist'));
    await revealMany(desk, hour.soft);
    await desk.unlock(house.who('duty-manager'));
    expect(expectOk(await reveal(desk)).budget).toBeNull();
    expectOk(await desk.call('glass.ask', { stayId: arriving(), reason: 'the guest is unconscious', confirmer: null }));
    desk.clock.pass(10 * 60_000);
    await desk.unlock(house.who('duty-manager'));
    expectOk(await desk.call('glass.begin', undefined));
    const most = budgetFor('duty-manager', 'identity')?.hour.stop ?? 0;
    for (let count = 0; count < most + 2; count++) expect(expectOk(await reveal(desk)).budget).toBeNull();
    expectOk(await desk.call('glass.end', undefined));
    expect(expectOk(await reveal(desk)).budget).toBeNull();
    expect(codeOf(await reveal(desk))).toBeNull();
  });
});

type Step =
  | { readonly do: 'reveal'; readonly times: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'set-clock'; readonly byMs: number }
  | { readonly do: 'restart'; readonly offMs: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reveal' as const), times: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: HOUR / 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('set-clock' as const),
      byMs: fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('restart' as const), offMs: fc.integer({ min: 0, max: 2 * HOUR }) }),
  },
);

describe('no more than the most', () => {
  it('is revealed within any hour, over restarts, and whatever the wall clock is set to', () => {
    // The smallest budget: what holds for it holds for the others.
    const [role, dataClass] = ['duty-manager', 'preference'] as const;
    const most = budgetFor(role, dataClass)?.hour.stop ?? 0;
    const employee = { id: EmployeeId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAV'), role };
    const deviceId = DeviceId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAW');
    const identity = openDeviceIdentity(generateDeviceKey());
    const folder = tempFolder('budget');
    let runs = 0;
    let refusals = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 10, maxLength: 30 }), (steps) => {
        runs += 1;
        const [file, key] = [join(folder, `log-${runs}.db`), randomBytes(32)];
        // The time that really passes, and what the clocks of the terminal make of it.
        let [real, began, ahead] = [1_773_000_000_000, 1_773_000_000_000, 0];
        const clock = { now: () => Math.max(0, real + ahead), mono: () => real - began };
        const start = () => {
          began = real;
          const opened = openEncryptedFile(file, key);
          if (!opened.ok) throw new Error(opened.problem);
          // Durability is other tests' business.
          opened.value.pragma('synchronous = OFF');
          const log = new AccessLog(opened.value, deviceId, identity, clock);
          log.append({ type: 'terminal.start', outcome: 'allowed', employeeId: null, role: null });
          return { log, counts: new RevealCounts(log, clock) };
        };
        let terminal = start();
        const revealed: number[] = [];
        const one = () => {
          if (isExhausted(role, dataClass, terminal.counts.spent(employee, dataClass))) {
            refusals += 1;
            return;
          }
          const event = {
            type: 'field.reveal',
            outcome: 'allowed',
            employeeId: employee.id,
            role,
            class: dataClass,
          } as const;
          terminal.log.append({ ...event, purpose: 'serve-request' });
          terminal.counts.note(employee.id, dataClass);
          revealed.push(real);
        };
        for (const step of steps) {
          if (step.do === 'reveal') for (let count = 0; count < step.times; count++) one();
          else if (step.do === 'pass') real += step.ms;
          else if (step.do === 'set-clock') ahead += step.byMs;
          else {
            terminal.log.close();
            real += step.offMs;
            terminal = start();
          }
        }
        // And after an hour of running, over one restart more, nothing of before counts.
        terminal.log.close();
        terminal = start();
        real += HOUR;
        expect(terminal.counts.spent(employee, dataClass).hour).toBe(0);
        terminal.log.close();
        for (const [index, at] of revealed.entries()) {
          const within = revealed.slice(index).filter((later) => later - at < HOUR).length;
          expect(within).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 60 },
    );
    expect(refusals).toBeGreaterThan(20);
  });
});
