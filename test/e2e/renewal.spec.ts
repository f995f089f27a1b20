/** A new phone by the old one, and a new second factor for who lost everything, as far as the officer and she go through it together. */
import type { Page } from '@playwright/test';
import { Secret } from 'otpauth';
import { codeOf } from '../../scripts/demo/staff-codes.ts';
import { currentTotp } from '../../src-shared/step-up/totp.ts';
import { accessible } from './accessible.ts';
import { expect, lockTerminal, personOf, picture, promptOf, signIn, test, typeCode } from './desk.ts';

async function look(page: Page, name: string): Promise<void> {
  await page.mouse.move(1, 1);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  await accessible(page, name);
  await picture(page, name);
}

test('a new phone takes the place of the old, and an officer begins a new second factor for who lost hers', async ({
  desk,
  hotel,
}) => {
  const [lina, officer] = [personOf(hotel, 'R101'), personOf(hotel, 'S401')];
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await signIn(page, lina);
  const prompt = await promptOf(page);

  await page.keyboard.press('Control+k');
  await page.keyboard.type('第二重');
  await page.getByRole('dialog').getByRole('button', { name: '我的第二重验证' }).click();
  const mine = page.getByRole('dialog', { name: '我的第二重验证' });
  await look(page, 'renewal-zh-CN');
  await mine.getByRole('button', { name: '换新手机' }).click();
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  await look(prompt, 'renewal-own-factor-zh-CN');
  await prompt.keyboard.type(codeOf(lina, Date.now()));
  const shown = await prompt.locator('[class*=secret]').textContent();
  const phone = Buffer.from(Secret.fromBase32(shown?.replaceAll(' ', '') ?? '').bytes);
  await look(prompt, 'renewal-phone-zh-CN');
  await prompt.getByRole('textbox').fill(currentTotp(phone, Date.now()));
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('ol li')).toHaveCount(10);
  await prompt.getByRole('button').last().click();
  await expect(mine.getByRole('status')).toContainText('已换成新手机');
  await look(page, 'renewal-done-zh-CN');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Alt+u');
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  await prompt.keyboard.type(codeOf(lina, Date.now()));
  await expect(prompt.getByRole('alert').first()).toContainText(/不对|已用过/);
  await prompt.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Alt+u');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(prompt.getByRole('alert').first()).toBeEmpty();
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  // The code that confirmed the phone was typed here and counts no more; the next one counts already.
  await prompt.keyboard.type(currentTotp(phone, Date.now() + 30_000));
  await expect(page.getByText('已解锁')).toBeVisible();

  await lockTerminal(page);
  await page.getByRole('button', { name: '换人' }).click();
  await signIn(page, officer);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('navigation').getByRole('button', { name: /Staff/ }).click();
  const row = page.getByRole('row', { name: new RegExp(lina.name) });
  await row.getByRole('button', { name: /^New factor/ }).click();
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('textbox') });
  await dialog.getByRole('textbox').fill('Saw her staff card at the desk');
  await look(page, 'reset-en');
  await dialog.getByRole('button').last().click();
  await typeCode(page, officer);
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await look(prompt, 'reset-own-password-en');
  await prompt.keyboard.type(officer.password);
  await prompt.keyboard.press('Enter');
  await expect(prompt.getByRole('alert').first()).toContainText(/Wrong password/);
  await prompt.locator('input[type=password]').fill(lina.password);
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('[class*=secret]')).toBeVisible();
  await look(prompt, 'reset-phone-en');
  // Until the new phone is confirmed nothing has changed, and she may leave.
  await prompt.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
});
