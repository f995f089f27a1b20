/** An emergency: a reason, a colleague beside her, the red frame for one stay; and the security officer hears of it and closes it. */
import type { Page } from '@playwright/test';
import {
  expect,
  type Hotel,
  lockTerminal,
  openGuest,
  personOf,
  pictures,
  promptOf,
  signIn,
  test,
  typeCode,
  waitForFirstSync,
} from './desk.ts';

/** Somebody who left long ago and has a card on file. */
function longGone({ plain }: Hotel) {
  const cards = new Map(plain.guests.map((guest) => [guest.id, guest]));
  const stay = plain.pastStays.find(
    ({ status, departure, guestId, reservationNumber }) =>
      status === 'departed' &&
      departure < '2026-02-01' &&
      cards.get(guestId)?.cardNumber != null &&
      plain.pastStays.filter((other) => other.guestId === guestId).length === 1 &&
      reservationNumber !== '',
  );
  const guest = stay && cards.get(stay.guestId);
  if (!stay || !guest) throw new Error('the hotel has no past');
  return { stay, guest };
}

const frame = (page: Page) => page.locator('article[data-broken]');

async function switchLanguage(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(English|中文)$/ }).click();
}

test('a duty manager breaks the glass with a colleague beside her, and the security officer closes the case', async ({
  desk,
  hotel,
}) => {
  const { stay, guest } = longGone(hotel);
  const [manager, colleague, officer] = ['M501', 'R101', 'S401'].map((number) => personOf(hotel, number));
  if (!manager || !colleague || !officer) throw new Error('somebody is missing');
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await signIn(page, manager);
  await openGuest(page, stay.reservationNumber, '预订号');
  const card = page.locator('[data-field=cardNumber]');
  await expect(card).toContainText('遇紧急情况可用“紧急查看”');

  await page.getByRole('button', { name: '紧急查看…' }).click();
  const dialog = page.getByRole('dialog', { name: '紧急查看这份客单' });
  await expect(dialog.getByRole('textbox', { name: /原因/ })).toBeFocused();
  await page.keyboard.type('客人在房内昏迷，急救人员需要信息');
  await dialog.getByRole('combobox', { name: '选择同事' }).click();
  await page.getByRole('option', { name: /李娜/ }).click();
  await pictures(page, 'break-glass-dialog');
  await dialog.getByRole('button', { name: '请同事确认' }).click();
  // Her own second factor comes first; then the colleague's password.
  await typeCode(page, manager);
  const prompt = await promptOf(page);
  await expect(prompt.getByRole('heading', { name: '确认紧急查看' })).toBeVisible();
  await expect(prompt.getByText('李娜')).toBeVisible();
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await pictures(page, 'break-glass-confirm', prompt);
  await prompt.keyboard.type(colleague.password);
  await prompt.keyboard.press('Enter');

  await expect(frame(page)).toBeVisible();
  await expect(page.getByText(/紧急查看中 · 还剩 1[45]:/)).toBeVisible();
  await card.getByRole('button', { name: '显示 银行卡号' }).click();
  await expect(card.getByRole('status').or(card.locator('output')).first()).toHaveText(guest.cardNumber ?? '');
  await pictures(page, 'break-glass-open');
  await switchLanguage(page);
  await expect(page.getByText(/Emergency access · 1[45]:\d\d left/)).toBeVisible();
  await page.getByRole('button', { name: 'End now' }).click();
  await expect(frame(page)).toBeHidden();
  // What was in view behind the glass is masked with it.
  await expect(card).not.toContainText(guest.cardNumber ?? '');
  await page.getByRole('button', { name: 'Emergency access…' }).click();
  await page.getByRole('radio', { name: /Nobody is here/ }).check();
  await page
    .getByRole('dialog')
    .getByRole('textbox', { name: /Reason/ })
    .fill('the guest is unconscious');
  await pictures(page, 'break-glass-alone');
  await page.getByRole('button', { name: 'Begin to wait' }).click();
  await expect(page.getByText(/Emergency access can begin in (10:00|9:\d\d)/)).toBeVisible();
  await pictures(page, 'break-glass-waiting');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByText(/can begin in/)).toBeHidden();

  // The officer hears of it wherever she is, closes it, and it is gone from the rail.
  await lockTerminal(page);
  await page
    .getByRole('button', { name: 'Somebody else' })
    .or(page.getByRole('button', { name: /换人|else/ }))
    .first()
    .click();
  await signIn(page, officer);
  await expect(page.getByRole('alert')).toContainText('New case: Emergency access · 赵磊');
  await expect(page.getByRole('navigation', { name: 'Work areas' }).getByTitle('1 open')).toHaveText('1');
  await pictures(page, 'case-notice');
  await page.getByRole('button', { name: 'Look' }).click();
  const detail = page.getByRole('article', { name: 'Emergency access' });
  await expect(detail).toContainText('客人在房内昏迷');
  await expect(detail.getByRole('row').filter({ hasText: /card number/i })).toHaveCount(1);
  await pictures(page, 'case-open');
  await switchLanguage(page);
  await page.getByText('合理', { exact: true }).click();
  await page.getByRole('textbox', { name: '说明' }).fill('急救人员已到场，当班经理处理得当');
  await page.getByRole('button', { name: '结案' }).click();
  await expect(page.getByRole('article')).toContainText('陈静 于');
  await expect(page.getByTitle('1 件待处理')).toBeHidden();
  await pictures(page, 'case-closed');
});
