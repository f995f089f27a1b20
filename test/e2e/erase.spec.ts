/** A guest asks to be forgotten. */
import { mask } from '../../src-shared/mask/index.ts';
import { accessible } from './accessible.ts';
import { expect, openGuest, personOf, pictures, signIn, test, typeCode, waitForFirstSync } from './desk.ts';

test('a duty manager erases a guest who has left, with the second factor, and the record is gone', async ({
  desk,
  hotel,
}) => {
  const manager = personOf(hotel, 'M501');
  const current = new Set(hotel.plain.currentStays.map(({ guestId }) => guestId));
  const guest = hotel.plain.guests.find(({ id, phone }) => !current.has(id) && phone !== null);
  const staying = hotel.plain.stories.inHouse;
  if (guest?.phone == null || staying.phone === null) throw new Error('everybody is here');
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await signIn(page, manager);

  // Who is in the house is not erased.
  const ask = page.getByRole('button', { name: '删除这位客人…' });
  await openGuest(page, staying.phone, mask('name', staying.name));
  await expect(page.getByRole('heading', { name: staying.name })).toBeVisible();
  await expect(ask).toBeHidden();

  await openGuest(page, guest.phone, mask('name', guest.name));
  await expect(page.getByRole('heading', { name: guest.name })).toBeVisible();
  await ask.click();
  await expect(page.getByRole('button', { name: '保留' })).toBeFocused();
  await accessible(page, 'erase');
  await pictures(page, 'erase');
  await page.getByRole('button', { name: '永久删除' }).click();
  await typeCode(page, manager);

  // The server has it, and the feed brings it here.
  await expect(page.getByText('没有找到')).toBeVisible();
  expect(await page.locator('body').textContent()).not.toContain(guest.phone);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(guest.phone);
  await expect(page.getByRole('dialog').getByRole('textbox')).toHaveValue(guest.phone);
  await expect(page.getByRole('dialog').getByRole('button')).toHaveCount(0);
});
