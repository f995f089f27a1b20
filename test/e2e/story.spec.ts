/** The first paragraph of the product, told in the real window, with the keyboard alone. */
import { expect, personOf, picture, signIn, test, typeCode, waitForFirstSync } from './desk.ts';

test('a receptionist finds a guest, reveals an ID number for a purpose, sees it masked again and finds the access in the log', async ({
  desk,
  hotel,
}) => {
  const lina = personOf(hotel, 'R101');
  const guest = hotel.plain.stories.arriving;
  const number = guest.documentNumber;
  if (number === null) throw new Error('the guest of the story has a document');
  const { page } = await desk.start();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  const shown = () => page.locator('body').textContent();

  // First run: the code that IT was given.
  await expect(page.getByRole('heading', { name: '登记这台终端' })).toBeVisible();
  await picture(page, 'first-run');
  await page.getByLabel('登记码').fill(await hotel.server.enrolmentCode());
  await page.keyboard.press('Enter');

  // Sign-in, once the first rows are here.
  await waitForFirstSync(page);
  await picture(page, 'sign-in');
  await signIn(page, lina);

  // Today, masked.
  const arrivals = page.getByRole('listbox', { name: '今日抵店' });
  await expect(arrivals.getByRole('option').first()).toBeVisible();
  await expect.poll(async () => page.getByRole('radio', { name: /今日抵店/ }).count()).toBe(1);
  for (const other of hotel.plain.guests.slice(0, 60)) expect(await shown()).not.toContain(other.name);
  await picture(page, 'today');

  // The command bar: by pinyin initials.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('lxy');
  const hit = page.getByRole('dialog').getByRole('button').filter({ hasText: '林**' }).first();
  await expect(hit).toBeVisible();
  await picture(page, 'search');
  await page.keyboard.press('Enter');

  // The record: basic data in full, the ID number as a mask.
  await expect(page.getByRole('heading', { name: guest.name })).toBeVisible();
  const field = page.locator('[data-field=documentNumber]');
  await expect(field).toContainText(`${number.slice(0, 3)}***********${number.slice(-4)}`);
  expect(await shown()).not.toContain(number);
  await picture(page, 'stay-masked');

  // Second factor, purpose, value.
  await field.getByRole('button', { name: '显示' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: '第二重验证' })).toBeVisible();
  await picture(page, 'unlock');
  await typeCode(page, lina);
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await picture(page, 'purpose');
  await page.keyboard.press('1');
  await expect(field.locator('output')).toHaveText(number);
  await expect(field).toContainText('R101');
  await picture(page, 'stay-revealed');

  // It masks itself again: no key is pressed.
  await expect(field.locator('output')).toBeHidden({ timeout: 17_000 });
  expect(await page.content()).not.toContain(number);

  // The log has it.
  await page.keyboard.press('Alt+2');
  const entry = page.getByRole('row').filter({ hasText: '查看证件号码' }).first();
  await expect(entry).toContainText('李娜');
  await expect(entry).toContainText('办理入住');
  await expect(entry).toContainText('林**');
  await page.getByRole('button', { name: '校验记录' }).click();
  await expect(page.getByText(/记录完整/)).toBeVisible();
  await picture(page, 'log');
  expect(await page.content()).not.toContain(number);
  expect(problems).toEqual([]);
});
