/** Whoever walks away leaves nothing on the screen. */
import type { Page } from '@playwright/test';
import {
  expect,
  type Hotel,
  holdsInMemory,
  lockTerminal,
  openGuest,
  personOf,
  promptOf,
  revealFor,
  signIn,
  test,
  typeCode,
  typePassword,
} from './desk.ts';

/** Signed in, unlocked, with an ID number in view. */
async function lookAtNumber(page: Page, hotel: Hotel): Promise<string> {
  const lina = personOf(hotel, 'R101');
  const number = hotel.plain.stories.inHouse.documentNumber ?? '';
  await signIn(page, lina);
  await openGuest(page, 'Eleanor Whitfield', 'E*** W***');
  const field = page.locator('[data-field=documentNumber]');
  await page.keyboard.press('Alt+u');
  await typeCode(page, lina);
  await revealFor(page, 'documentNumber', 1);
  await expect(field.locator('output')).toHaveText(number);
  return number;
}

test.describe('a value in view', () => {
  for (const event of ['suspend', 'lock-screen'] as const) {
    test(`goes, and everything of the guest with it, when the system says ${event}`, async ({ desk, hotel }) => {
      const { page, power } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
      const number = await lookAtNumber(page, hotel);
      // This test would see it: it does while it is in view.
      expect(await holdsInMemory(page, number)).toBe(true);
      await power(event);
      await expect(page.getByRole('button', { name: '输入密码' })).toBeVisible();
      const left = await page.content();
      for (const text of [number, 'Whitfield', '461', hotel.plain.stories.inHouse.email ?? '']) {
        expect(left).not.toContain(text);
      }
      for (const text of [number, 'Whitfield']) expect(await holdsInMemory(page, text)).toBe(false);
    });
  }

  test('is masked when the window loses the keyboard, and by Esc', async ({ desk, hotel }) => {
    const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
    const number = await lookAtNumber(page, hotel);
    const field = page.locator('[data-field=documentNumber]');
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect(field.locator('output')).toBeHidden();
    expect(await page.content()).not.toContain(number);
    // Still unlocked: the next look needs its purpose only.
    await field.getByRole('button', { name: '显示' }).click();
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(field.locator('output')).toHaveText(number);
    await page.keyboard.press('Escape');
    await expect(field.locator('output')).toBeHidden();
    await expect(page.getByRole('heading', { name: 'Eleanor Whitfield' })).toBeVisible();
  });
});

test('Ctrl L locks at once; the same person needs her password only, another picks herself with Esc', async ({
  desk,
  hotel,
}) => {
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  const [lina, wang] = [personOf(hotel, 'R101'), personOf(hotel, 'F301')];
  await signIn(page, lina);
  await page.keyboard.press('/');
  await lockTerminal(page);
  await expect(page.getByText('已手动锁定')).toBeVisible();
  await expect(page.getByText('李娜')).toBeVisible();
  await expect(page.getByRole('button', { name: '输入密码' })).toBeFocused();
  await page.keyboard.press('Enter');
  await typePassword(page, lina);

  await lockTerminal(page);
  await expect(page.getByRole('button', { name: '输入密码' })).toBeFocused();
  await page.keyboard.press('Escape');
  await signIn(page, wang);
  await expect(page.getByText('财务 · F301')).toBeVisible();
});

test('a wrong password says how many tries are left until there are none, and the text field is empty again', async ({
  desk,
  hotel,
}) => {
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await page.getByRole('combobox').fill('lina');
  await page.keyboard.press('Enter');
  const prompt = await promptOf(page);
  const password = prompt.locator('input[type=password]');
  await password.fill('not her password');
  await prompt.keyboard.press('Enter');
  await expect(prompt.getByRole('alert')).toHaveText(/密码不对。还可以试 \d 次/);
  await expect(password).toHaveValue('');
  await expect(password).toBeFocused();
  await password.dispatchEvent('keydown', { key: 'A', modifierCapsLock: true });
  await expect(prompt.getByText('大写锁定已打开')).toBeVisible();
  for (let tries = 1; tries <= 8; tries++) {
    await prompt.keyboard.type('still not');
    await prompt.keyboard.press('Enter');
    await expect(password).toHaveValue('');
    await expect(password).toBeFocused();
  }
  await expect(prompt.getByRole('alert')).toHaveText(/尝试次数过多，\d\d:\d\d 后可再试/);
  await prompt.getByRole('button', { name: '取消' }).click();
  await expect(page.getByRole('button', { name: '输入密码' })).toBeFocused();
});
