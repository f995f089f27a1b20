/** Two terminals in two windows: the line is cut, both go on, the line is back, and what they did meets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { generateHotel } from '../../scripts/demo/hotel.ts';
import { startDemoServer } from '../../scripts/demo/serve.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { openLine } from './cut-line.ts';
import { expect, openGuest, personOf, picture, signIn, test } from './desk.ts';

const TODAY = BusinessDate.parse('2026-03-18');

/** Changes a value in its place, with the keyboard. */
async function change(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^修改 ${name}`) }).press('Enter');
  await expect(page.getByRole('textbox', { name, exact: true })).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

async function giveRoom(page: Page, number: string): Promise<void> {
  await page.getByRole('button', { name: /^修改 房间/ }).press('Enter');
  await expect(page.getByRole('combobox', { name: '选择房间' })).toBeFocused();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^修改 房间/ })).toContainText(number);
}

async function syncNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: '同步', exact: true }).click();
  await page.getByRole('button', { name: '立即同步' }).click();
}

test('two receptionists go on with the line cut; what they both changed is settled with both values in view, the last room is sold once', async ({
  desk,
}) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-e2e-two-'));
  const otherFolder = mkdtempSync(join(tmpdir(), 'keyrack-e2e-terminal-'));
  const plan = { seed: 11, businessDate: TODAY, guests: 60, rooms: 20, dataDir };
  const server = await startDemoServer(plan);
  const hotel = { server, plain: generateHotel(plan) };
  const [lineOne, lineTwo] = [await openLine(server.url), await openLine(server.url)];
  const { arriving } = hotel.plain.stories;
  const unassigned = hotel.plain.currentStays.filter(
    ({ status, roomId, arrival }) => status === 'reserved' && roomId === null && arrival === TODAY,
  );
  const taken = new Set(hotel.plain.currentStays.map(({ roomId }) => roomId));
  const room = hotel.plain.rooms.find(
    ({ id, status }) => !taken.has(id) && (status === 'clean' || status === 'inspected'),
  );
  const [hers, his] = unassigned;
  if (hers === undefined || his === undefined || room === undefined) throw new Error('no two arrivals for one room');
  const nameOf = ({ guestId }: Stay): Guest['name'] => hotel.plain.guests.find(({ id }) => id === guestId)?.name ?? '';
  const openStay = async (page: Page, stay: Stay) => openGuest(page, stay.reservationNumber, nameOf(stay).slice(0, 1));
  try {
    const start = async (terminalName: string, line: typeof lineOne, folder?: string) => {
      const enrolmentCode = await server.enrolmentCode();
      const config = { serverUrl: line.url, caFile: server.caFile, enrolmentCode, terminalName };
      return (await desk.start({ config, ...(folder !== undefined && { folder }) })).page;
    };
    const one = await start('前台 1', lineOne);
    await signIn(one, personOf(hotel, 'R101'));
    const two = await start('前台 2', lineTwo, otherFolder);
    await signIn(two, personOf(hotel, 'R102'));
    await openGuest(one, '林晓雨', '林**');
    await openGuest(two, '林晓雨', '林**');
    await picture(one, 'change-record');

    for (const line of [lineOne, lineTwo]) line.cut();
    await change(one, '电话', '13800001111');
    // What does not fit stays typed, and says what to do.
    await change(two, '电话', '123');
    await expect(two.getByText(/电话号码不完整/)).toBeVisible();
    await picture(two, 'change-field-refused');
    await two.keyboard.press('Escape');
    await change(two, '电话', '13800002222');
    await change(two, '公司', '样例贸易公司');
    const contact = (page: Page) => page.getByRole('region', { name: '联系方式' });
    await expect(contact(one)).toContainText('+86 138 0000 1111');
    await expect(contact(one)).toContainText('待上传');
    await expect(contact(two)).toContainText('样例贸易公司');
    await picture(two, 'change-waiting');
    // Both sell the same room.
    await openStay(one, hers);
    await giveRoom(one, room.number);
    await openStay(two, his);
    await giveRoom(two, room.number);
    await expect(two.getByRole('contentinfo')).toContainText('待上传 3');

    // Whoever comes first has the room.
    lineOne.mend();
    await syncNow(one);
    await expect(one.getByRole('contentinfo')).toContainText('在线', { timeout: 40_000 });
    await expect(one.getByRole('contentinfo')).not.toContainText('待上传', { timeout: 40_000 });
    lineTwo.mend();
    await syncNow(two);
    await expect(two.getByRole('contentinfo')).not.toContainText('待上传', { timeout: 40_000 });

    // The second one's room came back: why, and the way to do it otherwise.
    await two.getByRole('button', { name: '今日', exact: true }).click();
    const returned = two.getByRole('region', { name: '被退回的操作' });
    await expect(returned).toContainText('这间房当晚已有客人');
    await expect(returned).toContainText(room.number);
    await picture(two, 'returned-today');
    await returned.getByRole('button', { name: '打开并重新办理' }).click();
    await expect(two.getByRole('button', { name: /^修改 房间/ })).toContainText('未排房');
    await two.getByRole('button', { name: /^修改 房间/ }).press('Enter');
    await expect(two.getByRole('option').first()).toBeVisible();
    await picture(two, 'change-room');
    await two.getByRole('option').and(two.locator(':not([data-combobox-disabled])')).first().click();
    await expect(two.getByRole('button', { name: /^修改 房间/ })).not.toContainText('未排房');
    await two.getByRole('button', { name: '今日', exact: true }).click();
    await expect(returned).toBeHidden();

    // The record has the first one's number, the company merged, and says that there is a conflict.
    await openGuest(two, '林晓雨', '林**');
    await expect(contact(two)).toContainText('+86 138 0000 1111');
    await expect(contact(two)).toContainText('样例贸易公司');
    await contact(two).getByRole('button', { name: '有冲突' }).click();
    const brought = two.getByRole('region', { name: '后来收到' });
    await expect(brought).toContainText('+86 138 0000 2222');
    await expect(brought).toContainText('Emma Clarke');
    await expect(two.getByRole('region', { name: '现在的资料' })).toContainText('前台 1');
    await picture(two, 'conflict');
    await two.getByRole('button', { name: 'English', exact: true }).click();
    await expect(two.getByRole('region', { name: 'Came later' })).toBeVisible();
    await picture(two, 'conflict-english');
    await two.keyboard.press('2');
    await expect(two.getByText('No conflicts')).toBeVisible();

    await syncNow(one);
    await openGuest(one, '林晓雨', '林**');
    await expect(contact(one)).toContainText('+86 138 0000 2222', { timeout: 40_000 });
    await expect(contact(one)).toContainText('样例贸易公司');
    await expect(contact(one)).not.toContainText('有冲突');
    const { rows } = await server.store.readFeed(hotel.plain.property.id, 0, 10_000);
    const guest = rows.find((row) => row.entity === 'guest' && JSON.parse(row.json).id === arriving.id);
    expect(JSON.parse(guest?.json ?? '{}')).toMatchObject({ phone: '+8613800002222', company: '样例贸易公司' });
    const inRoom = rows.filter((row) => row.entity === 'stay' && JSON.parse(row.json).roomId === room.id);
    expect(inRoom.map((row) => JSON.parse(row.json).id).filter((id) => id === hers.id || id === his.id)).toEqual([
      hers.id,
    ]);
  } finally {
    for (const line of [lineOne, lineTwo]) line.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(otherFolder, { recursive: true, force: true });
  }
});
