/** The prompt for passwords and codes: what it gives away, what closes it, and that the app's page has no part in what is typed. */
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { Prompt } from '../../../src-main/desk/prompt.ts';
import { CHANNELS } from '../../../src-shared/ipc/contract.ts';
import { ERROR_CODES } from '../../../src-shared/ipc/errors.ts';
import { PROMPT_CHANNEL_NAMES } from '../../../src-shared/ipc/prompt-bridge.ts';
import { PROMPT_CHANNELS, type PromptView } from '../../../src-shared/ipc/prompt-contract.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import { contactSecrets, sealedSecrets, secretsIn } from '../terminal/secrets.ts';

let house: House;
let desk: Desk;
let lina: DemoEmployee;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
  lina = house.who('receptionist');
});

const signInAs = ({ id }: DemoEmployee) => desk.call('session.signIn', { employeeId: id });
const question = async () => expectOk(await desk.callPrompt('prompt.view', undefined)).question;

/** The names of everything that may be put into a channel, at any depth. */
function inputNames(schema: z.ZodType): string[] {
  const names = new Set<string>();
  JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), (key, value) => {
    if (key === 'properties') for (const name of Object.keys(value)) names.add(name);
    return value;
  });
  return [...names];
}

describe('the contract of the app’s window', () => {
  const SECRET = /pass|secret|code|pin|otp|token|factor/i;

  it('has no channel that takes a password or a code', () => {
    const taking = Object.entries(CHANNELS).flatMap(([channel, { input }]) =>
      inputNames(input)
        .filter((name) => SECRET.test(name))
        .map((name) => `${channel} ${name}`),
    );
    // The code that enrols a terminal is IT's and good once: it is nobody's to sign in with.
    expect(taking).toEqual(['app.enrol code', 'app.enrolAnew code', 'founding.begin code']);
    // This test would see them: they are in the other contract.
    expect(inputNames(PROMPT_CHANNELS['prompt.password'].input)).toEqual(['password']);
    expect(inputNames(PROMPT_CHANNELS['prompt.code'].input)).toEqual(['code']);
  });

  it('refuses either where it is put all the same', async () => {
    const more = { employeeId: lina.id, password: lina.password };
    expect(await desk.callWith('session.signIn', more)).toMatchObject({ error: { code: 'invalid-input' } });
    const code = currentTotp(lina.totpSecret, desk.clock.now());
    expect(await desk.callWith('session.unlock', { code })).toMatchObject({ error: { code: 'invalid-input' } });
    expect(await question()).toBeNull();
  });
});

describe('the prompt', () => {
  it('asks who was picked, stays open when the password was wrong, and closes when it is right', async () => {
    desk.prompted.length = 0;
    const asked = signInAs(lina);
    expect(await question()).toMatchObject({ asks: 'password', employee: { staffNumber: 'R101' } });
    await wait(0);
    expect(desk.prompted).toEqual(['open', 'show']);
    const wrong = await desk.callPrompt('prompt.password', { password: 'not the password' });
    expect(wrong).toMatchObject({ error: { code: 'wrong-password', attemptsLeft: 7 } });
    expect(await question()).not.toBeNull();
    expect(await desk.callPrompt('prompt.password', { password: lina.password })).toEqual({ ok: true, value: null });
    expect(expectOk(await asked)).toMatchObject({ state: 'signed-in', employee: { id: lina.id } });
    expect(await question()).toBeNull();
    expect(desk.prompted).toEqual(['open', 'show', 'hide']);

    const unlocking = desk.call('session.unlock', undefined);
    expect(await question()).toMatchObject({ asks: 'code', employee: { staffNumber: 'R101' } });
    // A password is no answer to this question.
    expect(codeOf(await desk.callPrompt('prompt.password', { password: lina.password }))).toBe('cancelled');
    const code = currentTotp(lina.totpSecret, desk.clock.now());
    expectOk(await desk.callPrompt('prompt.code', { code }));
    expect(expectOk(await unlocking).state).toBe('unlocked');
    await desk.call('session.lock', undefined);
  });

  it('asks nobody who is not on the list, and no code of nobody', async () => {
    expect(codeOf(await desk.call('session.signIn', { employeeId: house.hotel.stories.arriving.id as never }))).toBe(
      'not-found',
    );
    expect(codeOf(await desk.call('session.unlock', undefined))).toBe('locked');
    expect(await question()).toBeNull();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['Esc', () => desk.callPrompt('prompt.cancel', undefined)],
    ['Ctrl L in it', () => desk.callPrompt('prompt.lock', undefined)],
    ['the app’s page', () => desk.call('session.cancel', undefined)],
    ['Ctrl L in the app', () => desk.call('session.lock', undefined)],
  ])('closed by %s counts as cancelled, and a password on its way signs nobody in', async (_how, close) => {
    const asked = signInAs(lina);
    const typed = desk.callPrompt('prompt.password', { password: lina.password });
    await close();
    expect(codeOf(await asked)).toBe('cancelled');
    expect(codeOf(await typed)).toBe('cancelled');
    expect(desk.terminal.session.state).toBe('locked');
    expect(await question()).toBeNull();
    expect(codeOf(await desk.callPrompt('prompt.password', { password: lina.password }))).toBe('cancelled');
  });

  it('asks one question at a time: a newer one takes the older back', async () => {
    const first = signInAs(lina);
    const { turn = 0 } = (await question()) ?? {};
    const second = signInAs(house.who('finance'));
    expect(codeOf(await first)).toBe('cancelled');
    expect(await question()).toMatchObject({ turn: turn + 1, employee: { role: 'finance' } });
    await desk.callPrompt('prompt.cancel', undefined);
    expect(codeOf(await second)).toBe('cancelled');
  });
});

describe('a window that', () => {
  const employee = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', name: '李娜', nameLatin: null, staffNumber: 'R101' };
  const person = { ...employee, role: 'receptionist' } as Parameters<Prompt['ask']>[1];

  /** A prompt whose window does what it is told here. */
  function promptWith(open: () => void) {
    const done: string[] = [];
    const told: PromptView[] = [];
    const prompt = new Prompt({
      face: {
        open,
        tell: (view) => told.push(view),
        show: () => done.push('show'),
        hide: () => done.push('hide'),
        print: async () => false,
      },
      look: () => ({ locale: 'en', theme: 'dark' }),
      note: (event) => done.push(event),
      pageMs: 30,
    });
    return { prompt, done, told };
  }

  it('cannot be made, or whose page does not come, is a clear error and never a wait', async () => {
    const broken = promptWith(() => {
      throw new Error('no display');
    });
    broken.prompt.prepare();
    expect(codeOf(await broken.prompt.ask('password', person))).toBe('prompt-unavailable');
    expect(broken.done).toEqual(['prompt-unavailable', 'prompt-unavailable', 'hide']);

    const blank = promptWith(() => undefined);
    expect(codeOf(await blank.prompt.ask('password', person))).toBe('prompt-unavailable');
    expect(blank.done).toEqual(['prompt-unavailable', 'hide']);
    // Its page came later: the next question is shown.
    const asked = blank.prompt.ask('password', person);
    blank.prompt.pageIsThere();
    await wait(0);
    expect(blank.done.at(-1)).toBe('show');
    blank.prompt.cancel();
    expect(codeOf(await asked)).toBe('cancelled');
  });

  it('is shown only once its page is there, and again only once a new page is', async () => {
    const { prompt, done, told } = promptWith(() => undefined);
    prompt.pageIsThere();
    const first = prompt.ask('password', person);
    await wait(0);
    expect(done).toEqual(['show']);
    expect(told.at(-1)).toMatchObject({ locale: 'en', theme: 'dark', question: { asks: 'password' } });
    prompt.cancel();
    await first;
    const second = prompt.ask('code', person);
    await wait(0);
    expect(done).toEqual(['show', 'hide']);
    prompt.pageIsThere();
    await wait(0);
    expect(done).toEqual(['show', 'hide', 'show']);
    // Closed by the person, or its process died.
    prompt.pageIsGone();
    expect(codeOf(await second)).toBe('cancelled');
  });
});

describe('the channels of the prompt', () => {
  it('give nothing of any guest, whoever is signed in', async () => {
    const secrets = new Set([...sealedSecrets(house.hotel), ...contactSecrets(house.hotel, house.server.staff)]);
    await desk.unlock(house.who('duty-manager'));
    const asked = desk.call('session.unlock', undefined);
    const answers = [
      await desk.callPrompt('prompt.view', undefined),
      await desk.callPrompt('prompt.password', { password: 'x' }),
      await desk.callPrompt('prompt.confirm', { password: 'x' }),
      await desk.callPrompt('prompt.code', { code: '000000' }),
      await desk.callPrompt('prompt.recoveryCode', { code: house.who('receptionist').recoveryCodes[0] ?? '' }),
      await desk.callPrompt('prompt.newPassword', { password: 'x', again: 'x' }),
      await desk.callPrompt('prompt.newTotp', { code: '000000' }),
      await desk.callPrompt('prompt.codesDone', { done: true }),
      await desk.callPrompt('prompt.shareDone', { done: true }),
      await desk.callPrompt('prompt.shareCheck', { words: null }),
      await desk.callPrompt('prompt.print', undefined),
      await desk.callPrompt('prompt.officerPassword', { password: 'x' }),
      await desk.callPrompt('prompt.shareWords', { words: 'abandon' }),
      await desk.callPrompt('prompt.ownFactor', { kind: 'totp', code: '000000' }),
      await desk.callPrompt('prompt.ownPassword', { password: 'x' }),
      await desk.callPrompt('prompt.newKey', { credentialId: 'AAAA', output: new Uint8Array(32) }),
      await desk.callPrompt('prompt.keyCode', { code: '000000' }),
      await desk.callPrompt('prompt.securityKey', { credentialId: 'AAAA', output: new Uint8Array(32) }),
      await desk.callPrompt('prompt.keyRefused', undefined),
      await desk.callPrompt('prompt.switch', { to: 'code' }),
      await desk.callPrompt('prompt.cancel', undefined),
      await desk.callPrompt('prompt.lock', undefined),
    ];
    expect(answers).toHaveLength(PROMPT_CHANNEL_NAMES.length);
    expect(Object.keys(PROMPT_CHANNELS).sort()).toEqual([...PROMPT_CHANNEL_NAMES].sort());
    expect(secretsIn(answers, secrets)).toEqual([]);
    expect(codeOf(await asked)).toBe('cancelled');
  });

  it('answer no other page', async () => {
    for (const name of PROMPT_CHANNEL_NAMES) {
      expect(await desk.callPromptWith(name, undefined, 'foreign-page')).toEqual({
        ok: false,
        error: { code: 'foreign-sender' },
      });
    }
  });

  it('quote nothing of hostile input, and show no bug', async () => {
    const mark = 'QUOTE-ME-NOT-8c1f';
    const incidents = desk.incidents.length;
    const hostile = fc.oneof(fc.anything(), fc.constantFrom<unknown>(mark, { [mark]: mark }, [mark], { code: mark }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PROMPT_CHANNEL_NAMES), hostile, async (name, input) => {
        const answer = await desk.callPromptWith(name, input);
        if (answer.ok) return;
        expect(ERROR_CODES).toContain(answer.error.code);
        expect(answer.error.code).not.toBe('internal');
        expect(JSON.stringify(answer)).not.toContain(mark);
      }),
      { numRuns: 200 },
    );
    expect(desk.incidents.slice(incidents)).toEqual([]);
  });
});
