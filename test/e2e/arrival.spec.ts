/** Two guests arrive: one walks in with a passport, one has a reservation and shows a Chinese ID. By the keyboard and the scanner alone. */
import type { Page } from '@playwright/test';
import { chineseIdCheck } from '../../src-shared/documents/chinese-id.ts';
import { accessible } from './accessible.ts';
import { expect, personOf, pictures, signIn, test, typeCode, waitForFirstSync } from './desk.ts';

/** The specimen of ICAO Doc 9303 part 4, as a scanner sends it: an Enter behind each line. */
const ZONE = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const ID = ['11010519900307', '002'].join('');

/** As fast as a scanner: no key waits for the page to have dealt with the one before. */
async function scan(page: Page, lines: readonly string[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const press = (key: string, rest: object) =>
    (['keyDown', 'keyUp'] as const).map((type) => cdp.send('Input.dispatchKeyEvent', { type, key, ...rest }));
  const enter = { code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
  await Promise.all(
    lines.flatMap((line) => [...Array.from(line, (sign) => press(sign, { text: sign })), press('Enter', enter)].flat()),
  );
  await cdp.detach();
}

/** Counts what a person presses: the story says how few it takes. */
function hands(page: Page) {
  let keys = 0;
  return {
    get keys() {
      return keys;
    },
    type: async (text: string) => {
      keys += text.length;
      await page.keyboard.type(text, { delay: 120 });
    },
    press: async (key: string) => {
      keys += 1;
      await page.keyboard.press(key);
    },
  };
}

test('a walk-in with a scanned passport, and a reserved guest checked in with a Chinese ID', async ({
  desk,
  hotel,
}) => {
  const lina = personOf(hotel, 'R101');
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await signIn(page, lina);
  await expect(page.getByRole('button', { name: /^预订/ })).toBeVisible();

  const phone = page.getByRole('combobox', { name: '电话', exact: true });

  // Somebody walks in. The passport is scanned with the cursor where it happens to be, and nothing of it stays there.
  const walkIn = hands(page);
  await walkIn.press('w');
  const name = page.getByRole('combobox', { name: '姓名', exact: true });
  await expect(name).toBeFocused();
  await scan(page, ZONE);
  await typeCode(page, lina);
  await expect(page.getByText('已登记并加密')).toBeVisible();
  await expect(page.getByText('L8*****C3')).toBeVisible();
  await expect(name).toHaveValue('ERIKSSON ANNA MARIA');
  await expect(page.getByRole('combobox', { name: '房间' })).not.toHaveValue('');
  await pictures(page, 'walk-in');
  await accessible(page, 'walk-in');
  expect(await page.content()).not.toContain('L898902C3');
  await name.focus();
  await walkIn.press('Enter');
  await expect(page.getByRole('heading', { name: 'ERIKSSON ANNA MARIA' })).toBeVisible();
  await expect(page.getByText('在住', { exact: false }).first()).toBeVisible();
  await expect(page.locator('[data-field=documentNumber]')).toContainText('L8*****C3');
  expect(walkIn.keys).toBeLessThanOrEqual(3);

  // A caller reserves: known guests are offered as she types.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^预订/ })).toBeVisible();
  await page.keyboard.press('n');
  await expect(name).toBeFocused();
  await page.keyboard.type('林晓', { delay: 120 });
  await expect(page.getByRole('option').first()).toContainText('林**');
  await pictures(page, 'reservation-known');
  await name.fill('赵一鸣');
  await phone.fill('12');
  await page.keyboard.press('Enter');
  await expect(phone).toHaveAttribute('aria-invalid', 'true');
  await pictures(page, 'reservation-wrong-phone');
  await phone.fill('138 1234 5670');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '赵一鸣' })).toBeVisible();
  await pictures(page, 'reserved');

  // The guest comes and shows an ID, whose last sign somebody mistypes.
  const right = ID + chineseIdCheck(ID);
  const wrong = ID + (right.endsWith('1') ? '2' : '1');
  await page.getByRole('button', { name: '办理入住' }).press('Enter');
  const panel = page.getByRole('dialog');
  const field = panel.getByRole('textbox', { name: '扫描或输入证件' });
  await expect(field).toBeFocused();
  const arrival = hands(page);
  await arrival.type(wrong);
  await arrival.press('Enter');
  await expect(panel.getByText('校验位不符', { exact: false }).first()).toBeVisible();
  await pictures(page, 'check-in-wrong-digit');
  await accessible(page, 'check-in, wrong check digit');
  await field.fill('');
  await scan(page, [right]);
  await expect(panel.getByText('已登记并加密')).toBeVisible();
  await expect(panel.getByText(/^110\*+/)).toBeVisible();
  await pictures(page, 'check-in');
  await accessible(page, 'check-in');
  await panel.getByRole('button', { name: '办理入住' }).press('Enter');
  await expect(panel).toBeHidden();
  await expect(page.getByRole('button', { name: '退房' })).toBeVisible();
  await expect(page.locator('[data-field=documentNumber]')).toContainText('110***');
  for (const number of [right, wrong]) expect(await page.content()).not.toContain(number);
});
