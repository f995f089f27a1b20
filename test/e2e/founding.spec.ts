/**
 * A hotel is founded in the window, on a server with nothing in it, by two people and three keepers. Somebody is added to its staff, and two
 * of the keepers bring the keys to her.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Secret } from 'otpauth';
import { systemClock } from '../../src-server/clock.ts';
import { createLog } from '../../src-server/log.ts';
import { type RunningServer, startServer } from '../../src-server/start.ts';
import { PropertyId } from '../../src-shared/model/ids.ts';
import { currentTotp } from '../../src-shared/step-up/totp.ts';
import { copyEmptyServer } from '../integration/server/made-once.ts';
import { expect, lockTerminal, picture, promptOf, test } from './desk.ts';
import { looks } from './looks.ts';

const PROPERTY = PropertyId.parse('west-lake');
const OFFICER = 'lantern river ninety boats';
const MANAGER = 'seven umbrellas under the stairs';

let server: RunningServer;
let dataDir: string;
test.beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'keyrack-e2e-founding-'));
  await copyEmptyServer(dataDir);
  server = await startServer({ dataDir, port: 0 }, createLog('silent'), systemClock);
});
test.afterEach(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Looks at a page: usable by everybody, and a picture for people. */
type Look = (page: Page, name: string) => Promise<void>;

/** What a person does with the prompt of her own: password, phone, one-time codes. */
async function enrolHerself(prompt: Page, password: string, look: Look): Promise<Buffer> {
  const fields = prompt.locator('input[type=password]');
  await expect(fields.first()).toBeFocused();
  await fields.first().fill('hotel2026');
  await look(prompt, 'enrol-password');
  await fields.first().fill(password);
  await fields.last().fill(password);
  await prompt.keyboard.press('Enter');
  const secret = await prompt.locator('[class*=secret]').textContent();
  const totp = Buffer.from(Secret.fromBase32(secret?.replaceAll(' ', '') ?? '').bytes);
  await look(prompt, 'enrol-totp');
  // Esc asks first, since her password would be lost with it; whoever goes on is where she was.
  await prompt.keyboard.press('Escape');
  await expect(prompt.getByRole('alertdialog').getByRole('button').first()).toBeFocused();
  await look(prompt, 'enrol-leave');
  await prompt.keyboard.press('Enter');
  await expect(prompt.getByRole('textbox')).toBeFocused();
  await prompt.getByRole('textbox').fill(currentTotp(totp, Date.now()));
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('ol li')).toHaveCount(10);
  await look(prompt, 'enrol-codes');
  await prompt.getByRole('button').last().click();
  return totp;
}

/** Signs in who was picked by her staff number. */
async function signInBy(page: Page, staffNumber: string, password: string): Promise<void> {
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.getByRole('combobox').fill(staffNumber);
  await page.keyboard.press('Enter');
  const prompt = await promptOf(page);
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await prompt.keyboard.type(password);
  await prompt.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
}

/** Takes one share and shows that it is on paper. */
async function keepShare(prompt: Page, number: number, look: Look): Promise<string[]> {
  await expect(prompt.getByRole('heading')).toContainText(String(number));
  const items = prompt.locator('ol li');
  await expect(items).toHaveCount(24);
  const words = await items.allTextContents();
  if (number === 1) {
    await look(prompt, 'share');
    await prompt.getByRole('button', { name: /打印|Print/ }).click();
    await expect(prompt.getByRole('alert')).toHaveText(['']);
    await prompt.emulateMedia({ media: 'print' });
    await picture(prompt, 'share-on-paper');
    await prompt.emulateMedia({ media: 'screen' });
  }
  await prompt.getByRole('button').last().click();
  const labels = prompt.locator('label');
  await expect(labels).toHaveCount(3);
  if (number === 1) await look(prompt, 'share-check');
  for (const [index, label] of (await labels.allTextContents()).entries()) {
    const place = Number(/\d+/.exec(label)?.[0]);
    await prompt
      .getByRole('textbox')
      .nth(index)
      .fill(words[place - 1] ?? '');
  }
  await prompt.keyboard.press('Enter');
  return words;
}

test('a hotel is founded, somebody is added to its staff, and two shares bring her the keys', async ({ desk }) => {
  const code = (await server.foundingCode(PROPERTY))?.code ?? '';
  const { page } = await desk.start({ config: { serverUrl: server.url, caFile: server.caFile, demo: false } });
  page.setDefaultTimeout(10_000);
  const look: Look = (at, name) => looks(page, `founding-${name}`, at);
  const quietly: Look = async () => undefined;
  await page.getByRole('button', { name: /新酒店|New hotel/ }).click();
  await page.getByLabel(/建店码|Founding code/).fill(code);
  await look(page, 'code');
  await page.keyboard.press('Enter');

  await page
    .getByRole('textbox', { name: /^(名称|Name)/ })
    .first()
    .fill('西湖饭店');
  await page.getByRole('textbox', { name: /拉丁字母名称|Name in Latin letters/ }).fill('West Lake Inn');
  await look(page, 'hotel');
  await page.getByRole('button', { name: /下一步|Next/ }).click();

  await expect(page.getByText(/查看访问记录|reads the access log/)).toBeVisible();
  await page
    .getByRole('textbox', { name: /^(姓名|Name)/ })
    .first()
    .fill('陈静');
  await page.getByRole('textbox', { name: /工号|Staff number/ }).fill('s401');
  await look(page, 'officer');
  await page.keyboard.press('Enter');
  const prompt = await promptOf(page);
  await enrolHerself(prompt, OFFICER, look);

  await expect(page.getByText(/第一位持有人|first to hold/)).toBeVisible();
  await page
    .getByRole('textbox', { name: /^(姓名|Name)/ })
    .first()
    .fill('赵磊');
  await page.getByRole('textbox', { name: /工号|Staff number/ }).fill('m501');
  await page.keyboard.press('Enter');
  await enrolHerself(await promptOf(page), 'copper kettle on the balcony', quietly);

  await look(page, 'shares');
  await page.getByRole('button', { name: /分发恢复单|hand out the shares/ }).click();
  const handing = await promptOf(page);
  const shares: string[][] = [];
  for (const number of [1, 2, 3]) shares.push(await keepShare(handing, number, look));
  await look(page, 'send');
  await page.getByRole('button', { name: /建立|^Found/ }).click();

  // The hotel is there. Its officer signs in and adds a second manager, who chooses what she signs in with.
  await signInBy(page, 'S401', OFFICER);
  await look(page, 'empty-day');
  await page.getByRole('button', { name: /^(员工|Staff)$/ }).click();
  await page.getByRole('button', { name: /登记员工|Add a person/ }).click();
  const form = page.getByRole('dialog');
  await form
    .getByRole('textbox', { name: /^(姓名|Name)/ })
    .first()
    .fill('周敏');
  await form.getByRole('textbox', { name: /工号|Staff number/ }).fill('m502');
  await form.getByRole('combobox').click();
  await page.getByRole('option', { name: /值班经理|Duty manager/ }).click();
  await form.getByRole('checkbox').check();
  await look(page, 'add-person');
  await page.keyboard.press('Enter');
  const manager = await enrolHerself(await promptOf(page), MANAGER, quietly);
  await expect(form.getByRole('status')).toContainText('M502');
  await look(page, 'added');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /周敏/ })).toBeVisible();
  await look(page, 'staff');

  // She holds no key. Two keepers and the officer's order bring them: of a share typed in part nothing is taken.
  await lockTerminal(page);
  await page.getByRole('button', { name: /换人|Somebody else/ }).click();
  await signInBy(page, 'M502', MANAGER);
  await page.keyboard.press('Control+k');
  const bar = page.getByRole('dialog');
  await expect(bar.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('找回');
  await bar.getByRole('button', { name: /找回密钥|Recover the keys/ }).click();
  await expect(bar.getByRole('textbox')).toBeHidden();
  await expect(page.getByRole('button', { name: /开始|Begin/ })).toBeVisible();
  await look(page, 'recover');
  await page.getByRole('button', { name: /开始|Begin/ }).click();
  const recovering = await promptOf(page);
  await recovering.locator('input[type=password]').fill(OFFICER);
  await look(recovering, 'recover-officer');
  await recovering.keyboard.press('Enter');
  const typed = recovering.locator('textarea');
  await expect(typed).toBeFocused();
  const [first = [], , third = []] = shares;
  await recovering.keyboard.type([...third.slice(0, 4), 'nonsense', ...third.slice(5)].join(' '));
  await recovering.getByRole('button', { name: /下一步|Next/ }).click();
  await expect(recovering.getByRole('alert')).toContainText('5');
  await look(recovering, 'recover-words');
  await typed.fill(third.join(' '));
  await recovering.getByRole('button', { name: /下一步|Next/ }).click();
  await expect(recovering.getByRole('heading')).toContainText('2 / 2');
  await recovering.locator('textarea').fill(first.join(' '));
  await recovering.getByRole('button', { name: /下一步|Next/ }).click();
  await expect(page.getByRole('dialog').getByRole('status')).toContainText('3');
  await look(page, 'recovered');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+u');
  const asking = await promptOf(page);
  await expect(asking.getByRole('textbox').first()).toBeFocused();
  await asking.keyboard.type(currentTotp(manager, Date.now()));
  await expect(page.getByText(/^(已解锁|Unlocked)/)).toBeVisible();
  await page.getByRole('button', { name: /^(员工|Staff)$/ }).click();
  const hers = page.getByRole('row', { name: /周敏/ });
  await expect(hers.getByText(/已生效|in effect/)).toHaveCount(3, { timeout: 20_000 });
  await look(page, 'staff-recovered');
});
