/** A new phone by the old one, and a new second factor for who lost everything, as far as the officer and she go through it together. */
import { Secret } from 'otpauth';
import { codeOf } from '../../scripts/demo/staff-codes.ts';
import { currentTotp } from '../../src-shared/step-up/totp.ts';
import { expect, lockTerminal, personOf, promptOf, signIn, test, typeCode } from './desk.ts';
import { looks } from './looks.ts';

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
  await looks(page, 'renewal');
  await mine.getByRole('button', { name: '换新手机' }).click();
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  await looks(page, 'renewal-own-factor', prompt);
  await prompt.keyboard.type(codeOf(lina, Date.now()));
  const shown = await prompt.locator('[class*=secret]').textContent();
  const phone = Buffer.from(Secret.fromBase32(shown?.replaceAll(' ', '') ?? '').bytes);
  await looks(page, 'renewal-phone', prompt);
  await prompt.getByRole('textbox').fill(currentTotp(phone, Date.now()));
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('ol li')).toHaveCount(10);
  await prompt.getByRole('button').last().click();
  await expect(mine.getByRole('status')).toContainText('已换成新手机');
  await looks(page, 'renewal-done');
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
  await page.getByRole('navigation').getByRole('button', { name: /员工/ }).click();
  const row = page.getByRole('row', { name: new RegExp(lina.name) });
  await row.getByRole('button', { name: /^补办验证/ }).click();
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('textbox') });
  await dialog.getByRole('textbox').fill('在前台核对了本人的工作证');
  await looks(page, 'reset');
  await dialog.getByRole('button').last().click();
  await typeCode(page, officer);
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await looks(page, 'reset-own-password', prompt);
  await prompt.keyboard.type(officer.password);
  await prompt.keyboard.press('Enter');
  await expect(prompt.getByRole('alert').first()).toContainText(/密码不对/);
  await prompt.locator('input[type=password]').fill(lina.password);
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('[class*=secret]')).toBeVisible();
  await looks(page, 'reset-phone', prompt);
  // Until the new phone is confirmed nothing has changed, and she may leave.
  await prompt.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
});
