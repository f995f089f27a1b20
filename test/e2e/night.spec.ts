/** A folio and a night at the desk: charges and payment, what is still owed at check-out, and the night audit with the line cut in the middle. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateHotel } from '../../scripts/demo/hotel.ts';
import { startDemoServer } from '../../scripts/demo/serve.ts';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { openLine } from './cut-line.ts';
import { expect, openGuest, personOf, picture, signIn, test } from './desk.ts';
import { looks } from './looks.ts';

const TODAY = BusinessDate.parse('2026-03-18');

test('a night auditor charges, takes payment, and closes the day once with the line cut in the middle', async ({
  desk,
}) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-e2e-night-'));
  const plan = { seed: 11, businessDate: TODAY, guests: 60, rooms: 20, dataDir };
  const server = await startDemoServer(plan);
  const plain = generateHotel(plan);
  const line = await openLine(server.url);
  try {
    const enrolmentCode = await server.enrolmentCode();
    const config = { serverUrl: line.url, caFile: server.caFile, enrolmentCode };
    const { page } = await desk.start({ config });
    await signIn(page, personOf({ server }, 'N201'));

    await openGuest(page, 'Eleanor Whitfield', 'E*** W***');
    const folio = page.getByRole('region', { name: '账单' });
    await expect(folio.getByRole('button', { name: /^消费/ })).toBeVisible();
    await page.keyboard.press('Alt+c');
    await expect(folio.getByRole('textbox', { name: /^金额/ })).toBeFocused();
    await page.keyboard.type('106.00');
    await page.keyboard.press('Enter');
    await expect(folio.getByRole('row', { name: /迷你吧/ })).toContainText('¥100.00');
    await expect(folio.getByRole('row', { name: /增值税/ })).toContainText('¥106.00');
    await page.keyboard.press('Alt+p');
    await expect(folio.getByRole('textbox', { name: /^金额/ })).toHaveValue('106.00');
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await expect(folio.getByRole('row', { name: /现金/ })).toContainText('¥6.00');
    await page.getByRole('button', { name: '退房' }).click();
    await expect(page.getByText('还有 ¥6.00 未付。')).toBeVisible();
    await looks(page, 'folio-owed');
    await page.keyboard.press('Alt+c');
    await folio.getByRole('button', { name: '取消' }).scrollIntoViewIfNeeded();
    await looks(page, 'folio');
    await folio.getByRole('button', { name: '取消' }).click();
    await page.getByRole('alert', { name: '账单未结清' }).getByRole('button', { name: '返回' }).click();

    line.cut();
    await page.getByRole('button', { name: '夜审', exact: true }).click();
    const steps = page.getByRole('region', { name: '先检查这些' });
    const roll = page.getByRole('button', { name: /^结 3\/18/ });
    await expect(roll).toBeDisabled();
    await expect(page.getByText(/连不上服务器/)).toBeVisible({ timeout: 30_000 });
    const expected = plain.currentStays.filter(
      ({ status, arrival }) => status === 'reserved' && arrival === TODAY,
    ).length;
    await steps.getByRole('button', { name: '未到店' }).first().click();
    await expect(steps.getByText(`${expected - 1} 项未完成`).first()).toBeVisible();
    for (const field of await steps.getByRole('textbox').all()) await field.fill('已与客人电话确认');
    await expect(roll).toBeEnabled();
    await looks(page, 'night-audit');
    await roll.click();
    await picture(page, 'night-audit-sure');
    await page.getByRole('button', { name: '确认结 3/18' }).click();
    await expect(page.getByRole('region', { name: '上次结转：3/18' })).toBeVisible();
    await expect(page.getByRole('button', { name: /^结 3\/19/ })).toBeVisible();
    await picture(page, 'night-audit-closed');

    line.mend();
    await page.getByRole('button', { name: '同步', exact: true }).click();
    await page.getByRole('button', { name: '立即同步' }).click();
    const onServer = async () => {
      const { rows } = await server.store.readFeed(plain.property.id, 0, 100_000);
      return rows.map(({ entity, json }) => ({ entity, row: JSON.parse(json) }));
    };
    await expect(async () => {
      const property = (await onServer()).find(({ entity }) => entity === 'property');
      expect(property?.row.businessDate).toBe('2026-03-19');
    }).toPass({ timeout: 30_000 });
    const nights = (await onServer()).filter(({ entity, row }) => entity === 'posting' && row.item === 'night');
    const inHouse = plain.currentStays.filter(({ status }) => status === 'in-house');
    expect(nights.map(({ row }) => row.stayId).sort()).toEqual(inHouse.map(({ id }) => id).sort());
  } finally {
    line.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
