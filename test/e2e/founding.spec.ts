/** A hotel is founded in the window, on a server with nothing in it, by two people and three keepers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { systemClock } from '../../src-server/clock.ts';
import { createLog } from '../../src-server/log.ts';
import { type RunningServer, startServer } from '../../src-server/start.ts';
import { PropertyId } from '../../src-shared/model/ids.ts';
import { currentTotp } from '../../src-shared/step-up/totp.ts';
import { copyEmptyServer } from '../integration/server/made-once.ts';
import { accessible } from './accessible.ts';
import { expect, picture, promptOf, test } from './desk.ts';

const PROPERTY = PropertyId.parse('west-lake');

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
  await look(prompt, 'enrol-password-weak');
  await fields.first().fill(password);
  await fields.last().fill(password);
  await look(prompt, 'enrol-password');
  await prompt.keyboard.press('Enter');
  const secret = await prompt.locator('[class*=secret]').textContent();
  const totp = base32(secret ?? '');
  await look(prompt, 'enrol-totp');
  await prompt.getByRole('textbox').fill(currentTotp(totp, Date.now()));
  await prompt.keyboard.press('Enter');
  await expect(prompt.locator('ol li')).toHaveCount(10);
  await look(prompt, 'enrol-codes');
  await prompt.getByRole('button').last().click();
  return totp;
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

for (const [language, theme] of [
  ['zh-CN', 'light'],
  ['en', 'dark'],
] as const) {
  test(`a hotel is founded, its holder signs in and finds where keys are recovered, in ${language}`, async ({
    desk,
  }) => {
    const code = (await server.store.issueFoundingCode(PROPERTY))?.code ?? '';
    const { page } = await desk.start({ config: { serverUrl: server.url, caFile: server.caFile, demo: false } });
    page.setDefaultTimeout(10_000);
    const look: Look = async (at, name) => {
      // Nothing is under the mouse, and no button half way between two colours.
      await at.mouse.move(1, 1);
      await at.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      await accessible(at, name);
      await picture(at, `founding-${name}-${language}`);
    };
    const quietly: Look = async () => undefined;
    if (language === 'en') await page.getByRole('button', { name: 'English' }).click();
    if (theme === 'dark') await page.getByRole('button', { name: /切换明暗|Light or dark/ }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
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
    await enrolHerself(prompt, 'lantern river ninety boats', look);

    await expect(page.getByText(/第一位持有人|first to hold/)).toBeVisible();
    await page
      .getByRole('textbox', { name: /^(姓名|Name)/ })
      .first()
      .fill('赵磊');
    await page.getByRole('textbox', { name: /工号|Staff number/ }).fill('m501');
    await page.keyboard.press('Enter');
    const totp = await enrolHerself(await promptOf(page), 'copper kettle on the balcony', quietly);

    await look(page, 'shares');
    await page.getByRole('button', { name: /分发恢复单|hand out the shares/ }).click();
    const handing = await promptOf(page);
    const shares: string[][] = [];
    for (const number of [1, 2, 3]) shares.push(await keepShare(handing, number, look));
    await look(page, 'send');
    await page.getByRole('button', { name: /建立|^Found/ }).click();

    // The hotel is there: its holder signs in and has the keys.
    await page.getByRole('combobox').fill('M501');
    await page.keyboard.press('Enter');
    const asking = await promptOf(page);
    await expect(asking.locator('input[type=password]')).toBeFocused();
    await asking.keyboard.type('copper kettle on the balcony');
    await asking.keyboard.press('Enter');
    await expect(page.getByRole('navigation')).toBeVisible();

    await page.keyboard.press('Control+k');
    const bar = page.getByRole('dialog');
    await expect(bar.getByRole('textbox')).toBeFocused();
    await page.keyboard.type(language === 'en' ? 'Recover' : '找回');
    await bar.getByRole('button', { name: /找回密钥|Recover the keys/ }).click();
    await expect(bar.getByRole('textbox')).toBeHidden();
    await expect(page.getByRole('button', { name: /开始|Begin/ })).toBeVisible();
    await picture(page, `founding-recover-${language}`);
    expect([shares.length, totp.length]).toEqual([3, 20]);
  });
}

function base32(text: string): Buffer {
  const letters = [...text.replaceAll(' ', '')];
  const bits = letters.map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
