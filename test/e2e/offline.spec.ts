/** The desk never stops: what is done without the server arrives there once it is back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateHotel } from '../../scripts/demo/hotel.ts';
import { startDemoServer } from '../../scripts/demo/serve.ts';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { copyFoundedServer } from '../integration/server/made-once.ts';
import {
  expect,
  lockTerminal,
  openGuest,
  personOf,
  pictures,
  promptOf,
  revealFor,
  signIn,
  test,
  typeCode,
  typePassword,
} from './desk.ts';

const HOUR_MS = 3_600_000;

/** The environment of a terminal whose wall clock is ahead: it is read anew with each start, as by whoever comes back after a week-end. */
function clockAhead(folder: string, ms: number): NodeJS.ProcessEnv {
  const file = join(folder, 'clock-ahead.cjs');
  writeFileSync(file, `const now = Date.now; Date.now = () => now() + ${ms};`);
  return { NODE_OPTIONS: `--require ${file}` };
}

test('with the server down a receptionist signs in, unlocks, reveals and writes a note, which arrives when it is back; after three days without it her lease has ended', async ({
  desk,
}) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-e2e-offline-'));
  const plan = { seed: 11, businessDate: BusinessDate.parse('2026-03-18'), guests: 60, rooms: 20, dataDir };
  await copyFoundedServer(dataDir, plan);
  let server = await startDemoServer(plan);
  const port = Number(new URL(server.url).port);
  const hotel = { server, plain: generateHotel(plan) };
  const lina = personOf(hotel, 'R101');
  try {
    const { page, close } = await desk.start({
      config: { serverUrl: server.url, caFile: server.caFile, enrolmentCode: await server.enrolmentCode() },
    });
    await signIn(page, lina);
    // On line once: the server checks the code, and lends what codes are checked with for three days.
    await page.keyboard.press('Alt+u');
    await expect((await promptOf(page)).getByText('由服务器核对')).toBeVisible();
    await pictures(page, 'unlock-by-server', await promptOf(page));
    await typeCode(page, lina);
    await page.getByRole('button', { name: '同步', exact: true }).click();
    await expect(page.getByText('我的离线解锁')).toBeVisible();
    await pictures(page, 'sync-lease');
    await lockTerminal(page);
    await server.stop();

    await expect(page.getByRole('button', { name: '输入密码' })).toBeFocused();
    await page.keyboard.press('Enter');
    await typePassword(page, lina);
    await page.getByRole('button', { name: '同步', exact: true }).click();
    await page.getByRole('button', { name: '立即同步' }).click();
    await expect(page.getByRole('contentinfo')).toContainText('离线');
    await openGuest(page, '林晓雨', '林**');
    const field = page.locator('[data-field=documentNumber]');
    await page.keyboard.press('Alt+u');
    await expect((await promptOf(page)).getByText(/离线：由这台终端核对，有效至/)).toBeVisible();
    await pictures(page, 'unlock-by-lease', await promptOf(page));
    await typeCode(page, lina, 30_000);
    await revealFor(page, 'documentNumber', 1);
    await expect(field.locator('output')).toHaveText(hotel.plain.stories.arriving.documentNumber ?? '');

    await page.getByRole('textbox', { name: '备注' }).fill('生日，请准备贺卡');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('listitem').filter({ hasText: '生日，请准备贺卡' })).toContainText('待上传');
    await expect(page.getByRole('contentinfo')).toContainText('待上传 1');
    await pictures(page, 'offline');

    // A card number has no business in a note: it is refused, and the text is still there.
    await page.getByRole('textbox', { name: '备注' }).fill('卡 4000 0000 0000 0002');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/备注里有证件号或银行卡号/)).toBeVisible();
    await expect(page.getByRole('textbox', { name: '备注' })).toHaveValue('卡 4000 0000 0000 0002');

    server = await startDemoServer({ ...plan, port });
    await page.getByRole('button', { name: '同步', exact: true }).click();
    await page.getByRole('button', { name: '立即同步' }).click();
    await expect(page.getByRole('contentinfo')).toContainText('在线', { timeout: 40_000 });
    await expect(page.getByRole('contentinfo')).not.toContainText('待上传', { timeout: 40_000 });
    // Without her phone: a code from paper, which the server takes once, and tells how many are left.
    await lockTerminal(page);
    await expect(page.getByRole('button', { name: '输入密码' })).toBeFocused();
    await page.keyboard.press('Enter');
    await typePassword(page, lina);
    await page.keyboard.press('Alt+u');
    const prompt = await promptOf(page);
    await prompt.getByRole('button', { name: '手机不在身边？使用恢复码' }).click();
    await prompt.getByRole('textbox').fill((lina.recoveryCodes[0] ?? '').toLowerCase());
    await prompt.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: '第二重验证' })).toContainText('还剩 9 个');
    await pictures(page, 'recovery-code-used');

    const { rows } = await server.store.readFeed(hotel.plain.property.id, 0, 10_000);
    expect(rows.filter((row) => JSON.stringify(row).includes('生日，请准备贺卡'))).toHaveLength(1);

    // Three days and an hour later the line is down again: nobody works at a terminal that has not heard of its server for so long.
    await close();
    await server.stop();
    const later = await desk.start({ config: null, env: clockAhead(desk.userData, 73 * HOUR_MS) });
    const { page: then } = later;
    await expect(then.getByText('已有 72 小时没有连上服务器')).toBeVisible();
    await expect(then.getByRole('option')).toHaveCount(0);
    await pictures(then, 'shut-out-lease-ended');
    // It opens by itself once the server answers, with the note and all.
    server = await startDemoServer({ ...plan, port });
    await expect(then.getByText('已有 72 小时没有连上服务器')).toBeHidden({ timeout: 60_000 });
    await signIn(then, lina);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
