/** A document is scanned into the command bar, and the desk has its guest: by the keyboard alone, over the second factor, in both languages. */
import type { Page } from '@playwright/test';
import { expect, type Hotel, personOf, picture, signIn, test, typeCode, waitForFirstSync } from './desk.ts';

const bar = (page: Page) => page.getByRole('dialog').filter({ has: page.getByRole('textbox') });

async function openBar(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(bar(page).getByRole('textbox')).toBeFocused();
}

/** As a wedge scanner does: signs, and Enter behind them. */
async function scan(page: Page, number: string): Promise<void> {
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
}

function documentOf({ plain }: Hotel): string {
  return plain.stories.arriving.documentNumber ?? '';
}

test('a scanned document finds its guest: the bar asks for the second factor, goes on after it, and keeps no number', async ({
  desk,
  hotel,
}) => {
  const number = documentOf(hotel);
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  const lina = personOf(hotel, 'R101');
  await signIn(page, lina);

  await openBar(page);
  await page.keyboard.type(`${number.slice(0, 6)} ${number.slice(6).toLowerCase()}`);
  const offer = bar(page).getByRole('button').first();
  await expect(offer).toContainText('按此证件号码查找客人');
  await expect(offer).toContainText('需要第二重验证');
  await picture(page, 'find-sealed-offer-zh-CN');
  await page.keyboard.press('Enter');
  await expect(bar(page)).toBeHidden();
  await typeCode(page, lina);

  // The search goes on, nothing is left of what was typed, and the guest is a mask.
  const hit = bar(page).getByRole('button').first();
  await expect(hit).toContainText('林**');
  await expect(hit).toContainText('证件号码');
  await expect(bar(page).getByRole('textbox')).toHaveValue('');
  expect(await page.content()).not.toContain(number);
  await picture(page, 'find-sealed-found-zh-CN');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '林晓雨' })).toBeVisible();

  await page.keyboard.press('Alt+2');
  await expect(page.getByRole('row').filter({ hasText: '按证件号码查找客人（显示 1 位）' })).toHaveCount(1);

  await openBar(page);
  await scan(page, 'X00000000');
  await expect(bar(page)).toContainText('没有登记此号码的客人');
  await picture(page, 'find-sealed-nobody-zh-CN');
  // Enter twice, as some scanners end a line, leads nowhere else; and a slip of the finger is told as one.
  await page.keyboard.press('Enter');
  await expect(bar(page)).toContainText('没有登记此号码的客人');
  await page.keyboard.type(number.slice(0, 17) + String((Number(number[17]) + 1) % 10));
  await expect(bar(page)).toContainText('校验位不符');
});

test('whoever may only search finds a possible match, and is told that it is no more', async ({ desk, hotel }) => {
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await page.getByRole('button', { name: 'English' }).click();
  const auditor = personOf(hotel, 'N201');
  await signIn(page, auditor);

  await openBar(page);
  await page.keyboard.type(documentOf(hotel).slice(-4));
  await expect(bar(page)).toContainText('Find guests whose document number ends so');
  await picture(page, 'find-sealed-last-four-en');
  await bar(page).getByRole('textbox').fill('');
  await page.keyboard.type(documentOf(hotel));
  await expect(bar(page).getByRole('button').first()).toContainText('Takes your second factor');
  await picture(page, 'find-sealed-offer-en');
  await page.keyboard.press('Enter');
  await typeCode(page, auditor);
  const hit = bar(page).getByRole('button').filter({ hasText: '林**' });
  await expect(hit).toContainText('Possible match');
  await picture(page, 'find-sealed-possible-en');

  // A card is not hers to look for: she is told whose it is.
  await scan(page, hotel.plain.stories.arriving.cardNumber ?? '');
  await expect(bar(page).getByRole('alert')).toContainText('Finance');
  await picture(page, 'find-sealed-refused-en');
});
