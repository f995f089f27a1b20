/** The worst days of a hotel's IT: the server is put back to yesterday's backup, and a terminal is destroyed. The desk has what it had. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { generateHotel } from '../../scripts/demo/hotel.ts';
import { startDemoServer } from '../../scripts/demo/serve.ts';
import { restoreBackup } from '../../src-server/backup/restore.ts';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { copyFoundedServer } from '../integration/server/made-once.ts';
import { accessible } from './accessible.ts';
import { expect, openGuest, personOf, pictures, revealFor, signIn, test, typeCode, waitForFirstSync } from './desk.ts';

test('the server is restored from yesterday’s backup: the strip says so, and what it lost is there again', async ({
  desk,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-e2e-restored-'));
  const plan = { seed: 11, businessDate: BusinessDate.parse('2026-03-18'), guests: 60, rooms: 20 };
  const [dataDir, restoredDir] = [join(folder, 'before'), join(folder, 'after')];
  await copyFoundedServer(dataDir, plan);
  let server = await startDemoServer({ ...plan, dataDir });
  const port = Number(new URL(server.url).port);
  const hotel = { server, plain: generateHotel(plan) };
  const notesOnServer = async () => {
    const { rows } = await server.store.readFeed(hotel.plain.property.id, 0, 10_000);
    return rows.filter(({ entity }) => entity === 'guestNote').map(({ json }) => String(JSON.parse(json).text));
  };
  try {
    const { page } = await desk.start({
      config: { serverUrl: server.url, caFile: server.caFile, enrolmentCode: await server.enrolmentCode() },
    });
    await signIn(page, personOf(hotel, 'R101'));
    const strip = page.getByRole('contentinfo');
    const identity = await generateX25519Identity();
    const recipients = [await identityToRecipient(identity)];
    const backup = await server.store.backUp({ to: join(folder, 'backups'), recipients });
    await openGuest(page, '林晓雨', '林**');
    await page.getByRole('textbox', { name: '备注' }).fill('生日，请准备贺卡');
    await page.keyboard.press('Control+Enter');
    await expect.poll(notesOnServer).toContain('生日，请准备贺卡');
    await expect(strip).not.toContainText('服务器已由备份恢复');

    await server.stop();
    await restoreBackup({ kind: 'embedded', dataDir: restoredDir }, backup.folder, identity);
    server = await startDemoServer({ ...plan, dataDir: restoredDir, port });

    // By itself, within the time of a few tries.
    await expect(strip).toContainText('服务器已由备份恢复', { timeout: 60_000 });
    await expect.poll(notesOnServer, { timeout: 60_000 }).toContain('生日，请准备贺卡');
    expect((await notesOnServer()).filter((text) => text === '生日，请准备贺卡')).toHaveLength(1);
    await expect(strip).toContainText('在线');
    await expect(strip).not.toContainText('待上传');
    await expect(page.getByRole('listitem').filter({ hasText: '生日，请准备贺卡' })).toBeVisible();
    await pictures(page, 'restored-strip');
    await accessible(page, 'a server that was restored');
    // What it means is one click away.
    await strip.getByRole('button', { name: '服务器已由备份恢复' }).click();
    await expect(page.getByRole('alert').filter({ hasText: '服务器已由备份恢复' })).toContainText('这里无需处理');
    await pictures(page, 'restored-sync');
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a terminal that was destroyed is rebuilt from nothing by one code: the hotel, the notes, and what is sealed', async ({
  desk,
  hotel,
}) => {
  const lina = personOf(hotel, 'R101');
  const { documentNumber } = hotel.plain.stories.arriving;
  const first = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await signIn(first.page, lina);
  await openGuest(first.page, '林晓雨', '林**');
  await first.page.getByRole('textbox', { name: '备注' }).fill('靠窗的房间');
  await first.page.keyboard.press('Control+Enter');
  const note = first.page.getByRole('listitem').filter({ hasText: '靠窗的房间' });
  await expect(note).toBeVisible();
  await expect(note).not.toContainText('待上传');
  await first.close();
  rmSync(desk.userData, { recursive: true, force: true });

  // Another machine, with nothing on it but the program and where the server is.
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-e2e-rebuilt-'));
  try {
    const { page, close } = await desk.start({ folder });
    await expect(page.getByRole('heading', { name: '登记这台终端' })).toBeVisible();
    await pictures(page, 'rebuilt-code');
    await page.getByLabel('登记码').fill(await hotel.server.enrolmentCode());
    await page.keyboard.press('Enter');
    await waitForFirstSync(page);
    await signIn(page, lina);
    await expect(page.getByRole('listbox', { name: '今日抵店' }).getByRole('option').first()).toBeVisible();
    await pictures(page, 'rebuilt-today');
    await openGuest(page, '林晓雨', '林**');
    await expect(page.getByRole('listitem').filter({ hasText: '靠窗的房间' })).toBeVisible();
    await page.keyboard.press('Alt+u');
    await typeCode(page, lina);
    await revealFor(page, 'documentNumber', 1);
    await expect(page.locator('[data-field=documentNumber]').locator('output')).toHaveText(documentNumber ?? '');
    await pictures(page, 'rebuilt-revealed');
    await close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
