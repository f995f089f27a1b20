/**
 * Finance loses the payment key, gets it back, and waits for a holder in between; looked at in both languages. By its name the last: it
 * leaves the hotel with a new key.
 */
import type { Page } from '@playwright/test';
import type { DemoEmployee } from '../../scripts/demo/staff.ts';
import { codeOf } from '../../scripts/demo/staff-codes.ts';
import { mask } from '../../src-shared/mask/index.ts';
import { accessible } from './accessible.ts';
import {
  expect,
  lockTerminal,
  openGuest,
  personOf,
  picture,
  promptOf,
  revealFor,
  signIn,
  test,
  waitForFirstSync,
} from './desk.ts';

/** Types a code that was not used yet: the one of now, or the next, which is taken already. */
async function typeFreshCode(page: Page, person: DemoEmployee, which: 'now' | 'next'): Promise<void> {
  const prompt = await promptOf(page);
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  await prompt.keyboard.type(codeOf(person, Date.now() + (which === 'next' ? 30_000 : 0)));
  await expect(page.getByRole('dialog', { name: /^(第二重验证|Second factor)/ })).toBeHidden();
}

const goTo = (page: Page, area: RegExp) => page.getByRole('navigation').getByRole('button', { name: area }).click();
/** Locks, and somebody else signs in. */
async function switchTo(page: Page, person: DemoEmployee): Promise<void> {
  await lockTerminal(page);
  await page.getByRole('button', { name: /换人|Somebody else/ }).click();
  await signIn(page, person);
}

test('the officer withdraws the payment key from finance and grants it again; a holder completes it by unlocking', async ({
  desk,
  hotel,
}) => {
  const [officer, manager, finance] = ['S401', 'M501', 'F301'].map((number) => personOf(hotel, number));
  const { arriving } = hotel.plain.stories;
  if (!officer || !manager || !finance || arriving.phone === null) throw new Error('they work here');
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  const row = page.getByRole('row', { name: new RegExp(finance.name) });

  await signIn(page, officer);
  await goTo(page, /员工/);
  await expect(row).toContainText('已生效');
  await accessible(page, 'staff');
  await picture(page, 'staff-zh-CN-light');
  await row.getByRole('button', { name: /查看 · 已生效/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: '取消' })).toBeFocused();
  await picture(page, 'staff-withdraw-zh-CN-light');
  await dialog.getByRole('button', { name: '收回' }).click();
  await typeFreshCode(page, officer, 'now');
  await expect(row.getByRole('button', { name: /查看 · 授予 王芳：支付/ })).toBeVisible();
  await picture(page, 'staff-withdrawn-zh-CN-light');

  // A holder unlocks: a new key, and everything is sealed anew while she works.
  await switchTo(page, manager);
  await page.keyboard.press('Alt+u');
  await typeFreshCode(page, manager, 'now');
  await goTo(page, /员工/);
  await expect(page.getByText('没有正在进行的更换')).toBeVisible();

  await switchTo(page, officer);
  await page.getByRole('button', { name: 'English' }).click();
  await goTo(page, /Staff/);
  await row.getByRole('button', { name: /See: grant .* Payment/ }).click();
  await expect(dialog.getByRole('button', { name: 'Grant', exact: true })).toBeFocused();
  await picture(page, 'staff-grant-en-light');
  await page.keyboard.press('Enter');
  await typeFreshCode(page, officer, 'next');
  await expect(row).toContainText('See · waiting');
  await accessible(page, 'staff, waiting');
  await picture(page, 'staff-waiting-en-light');

  await switchTo(page, finance);
  await expect(page.getByText('Your grant is waiting: Payment')).toBeVisible();
  await picture(page, 'staff-own-waiting-en-light');

  await switchTo(page, manager);
  await page.keyboard.press('Alt+u');
  await typeFreshCode(page, manager, 'next');
  await goTo(page, /Staff/);
  await expect(row).toContainText('See · in effect');
  await page.getByRole('button', { name: /切换明暗|Light or dark/ }).click();
  await picture(page, 'staff-en-dark');

  await switchTo(page, finance);
  await openGuest(page, arriving.phone, mask('name', arriving.name));
  await page.keyboard.press('Alt+u');
  await typeFreshCode(page, finance, 'now');
  await revealFor(page, 'cardNumber', 1);
  await expect(page.locator('[data-field=cardNumber]')).toContainText(arriving.cardNumber ?? '');
});
