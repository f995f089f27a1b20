/** Somebody is forced to sign in: she types the other password, a calm day of nobody opens, and the officer knows. */
import { codeOf } from '../../scripts/demo/staff-codes.ts';
import { accessible } from './accessible.ts';
import { expect, lockTerminal, personOf, pictures, promptOf, signIn, test, waitForFirstSync } from './desk.ts';

const HELP = 'seven green umbrellas';

test('a password under duress opens an invented day in the same window, and the officer has a case of it', async ({
  desk,
  hotel,
}) => {
  const [receptionist, officer] = [personOf(hotel, 'R101'), personOf(hotel, 'S401')];
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await signIn(page, receptionist);
  const arrivals = page.getByRole('listbox', { name: '今日抵店' });
  await expect(arrivals.getByRole('option').first()).toBeVisible();
  const [real] = await arrivals.getByRole('option').allTextContents();
  const areas = await page.getByRole('navigation').getByRole('button').allTextContents();

  await page.getByRole('button', { name: new RegExp(receptionist.name) }).click();
  await page.getByRole('menuitem', { name: '我的密码' }).click();
  const passwords = page.getByRole('dialog', { name: '我的密码' });
  await expect(passwords).toBeVisible();
  await accessible(page, 'passwords');
  await pictures(page, 'passwords');
  await passwords.getByRole('button', { name: '设置或更换…' }).click();
  const prompt = await promptOf(page);
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await accessible(prompt, 'own password');
  await pictures(page, 'passwords-own', prompt);
  await prompt.keyboard.type(receptionist.password);
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('input[type=password]')).toHaveCount(2);
  await accessible(prompt, 'password under duress');
  await pictures(page, 'passwords-duress', prompt);
  const [first, second] = [
    prompt.locator('input[type=password]').first(),
    prompt.locator('input[type=password]').last(),
  ];
  for (const field of [first, second]) await field.fill(HELP);
  await prompt.keyboard.press('Enter');
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  await pictures(page, 'passwords-code', prompt);
  await prompt.keyboard.type(codeOf(receptionist, Date.now()));
  await expect(passwords.getByRole('status')).toHaveText('已保存到这台终端。');
  await page.keyboard.press('Escape');

  await lockTerminal(page);
  await page.getByRole('button', { name: '换人' }).click();
  await signIn(page, { ...receptionist, password: HELP });
  await expect(arrivals.getByRole('option').first()).toBeVisible();
  expect(await arrivals.getByRole('option').allTextContents()).not.toContain(real);
  // The same areas, the same marks: whoever looks on sees the hotel’s own terminal.
  expect(await page.getByRole('navigation').getByRole('button').allTextContents()).toEqual(areas);
  await expect(page.getByRole('alert')).toBeHidden();
  await pictures(page, 'duress-day');

  await lockTerminal(page);
  await page.getByRole('button', { name: '换人' }).click();
  await signIn(page, officer);
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /案件|个案/ })
    .click();
  const detail = page.getByRole('article', { name: '被迫登录' });
  await page.getByText('被迫登录').first().click();
  await expect(detail).toContainText(receptionist.name);
  await pictures(page, 'duress-case');
  await page.getByRole('radiogroup', { name: '结论' }).getByText('合理', { exact: true }).click();
  await page.getByRole('textbox', { name: '说明' }).fill('演练：已与本人当面核实');
  await page.getByRole('button', { name: '结案' }).click();
  await expect(page.getByRole('article')).toContainText(`${officer.name} 于`);
});
