/** A guest shows a document, and the desk learns whether it is the one on file, by the keyboard alone and without seeing it. */
import type { Page } from '@playwright/test';
import { expect, type Hotel, openGuest, personOf, picture, signIn, test, typeCode, waitForFirstSync } from './desk.ts';

const field = (page: Page) => page.locator('[data-field=documentNumber]');
const answer = (page: Page) => field(page).getByRole('status');

/** Signed in, on the record of the guest who arrives, with the place to compare open. */
async function openCompare(page: Page, hotel: Hotel): Promise<void> {
  const lina = personOf(hotel, 'R101');
  await waitForFirstSync(page);
  await signIn(page, lina);
  await openGuest(page, '林晓雨', '林**');
  await field(page).getByRole('button', { name: '核对 证件号码' }).focus();
  await page.keyboard.press('Enter');
  await typeCode(page, lina);
  await expect(field(page).getByRole('textbox')).toBeFocused();
}

async function typeShown(page: Page, shown: string): Promise<void> {
  await field(page).getByRole('textbox').fill(shown);
  await page.keyboard.press('Enter');
}

function numbersOf({ plain }: Hotel): { right: string; wrong: string } {
  const right = plain.stories.arriving.documentNumber ?? '';
  const other = plain.guests.find(
    ({ documentType, documentNumber }) => documentType === 'chinese-id' && documentNumber !== right,
  );
  return { right, wrong: other?.documentNumber ?? '' };
}

test('the desk types what the guest shows and learns match or no match; nothing is revealed, and the log has it', async ({
  desk,
  hotel,
}) => {
  const { right, wrong } = numbersOf(hotel);
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await openCompare(page, hotel);

  // A slip of the finger is told before anything is looked at, and what was typed stays to be corrected.
  const slip = right.slice(0, 16) + String((Number(right[16]) + 1) % 10) + right.slice(17);
  await typeShown(page, slip);
  await expect(answer(page)).toContainText('校验位不符');
  await expect(field(page).getByRole('textbox')).toHaveValue(slip);
  await picture(page, 'compare-slip');

  await typeShown(page, `${right.slice(0, 6)} ${right.slice(6)}`.toLowerCase());
  await expect(answer(page)).toHaveText('一致');
  await expect(answer(page).locator('svg')).toBeVisible();
  await expect(field(page).getByRole('textbox')).toHaveValue('');
  await picture(page, 'compare-match');

  await typeShown(page, wrong);
  await expect(answer(page)).toHaveText('不一致');
  await expect(field(page).getByRole('textbox')).toBeFocused();
  const lately = page.getByRole('region', { name: '最近查看' }).getByRole('listitem').filter({ hasText: '核对' });
  await expect(lately).toHaveText([/核对证件号码.*不一致/, /核对证件号码.*一致/]);
  await picture(page, 'compare-no-match');
  for (const number of [right, wrong]) expect(await page.content()).not.toContain(number);

  // Esc leaves the place, and not the record.
  await page.keyboard.press('Escape');
  await expect(field(page).getByRole('textbox')).toBeHidden();
  await expect(field(page).getByRole('button', { name: '核对 证件号码' })).toBeFocused();
  await expect(page.getByRole('heading', { name: '林晓雨' })).toBeVisible();

  await page.keyboard.press('Alt+2');
  const rows = page.getByRole('row').filter({ hasText: '核对证件号码' });
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText('不一致');
  await expect(rows.first()).toContainText('核对证件');
  await picture(page, 'compare-log');
});

test('after five numbers that do not match no more are compared for that guest', async ({ desk, hotel }) => {
  const { right, wrong } = numbersOf(hotel);
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await openCompare(page, hotel);
  for (let tries = 0; tries < 5; tries++) {
    await typeShown(page, wrong);
    await expect(answer(page)).toHaveText('不一致');
  }
  await typeShown(page, right);
  await expect(answer(page)).toContainText('尝试次数过多');
  await picture(page, 'compare-refused');
});
