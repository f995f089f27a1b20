/** What narrows a permission is told where it is met: why not, and what would help. */
import { ENTITIES } from '../../src-shared/model/entities.ts';
import { expect, type Hotel, openGuest, personOf, picture, signIn, test, waitForFirstSync } from './desk.ts';

type Employee = ReturnType<(typeof ENTITIES)['employee']['parse']>;

/** Changes the row of one of the staff on the server while a test runs. */
async function whileShe(hotel: Hotel, staffNumber: string, change: Partial<Employee>, run: () => Promise<void>) {
  const { store } = hotel.server;
  const { id } = hotel.plain.property;
  const { rows } = await store.readFeed(id, 0, 100_000);
  const row = rows
    .filter(({ entity }) => entity === 'employee')
    .map(({ json }) => ENTITIES.employee.parse(JSON.parse(json)))
    .find((employee) => employee.staffNumber === staffNumber);
  if (row === undefined) throw new Error(`nobody has the staff number ${staffNumber}`);
  await store.appendRows(id, [{ entity: 'employee', row: { ...row, ...change } }]);
  try {
    await run();
  } finally {
    await store.appendRows(id, [{ entity: 'employee', row }]);
  }
}

test('outside her shift a receptionist is told her hours, and sees nobody', async ({ desk, hotel }) => {
  // A shift of an hour, twelve hours from now by the hotel's clock, which is eight hours ahead of UTC.
  const hour = (new Date().getUTCHours() + 8 + 12) % 24;
  const two = (number: number) => String(number % 24).padStart(2, '0');
  const shift = { begins: `${two(hour)}:00`, ends: `${two(hour + 1)}:00` };
  await whileShe(hotel, 'R102', { shifts: [shift] }, async () => {
    const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
    await waitForFirstSync(page);
    await signIn(page, personOf(hotel, 'R102'));
    await expect(page.getByText(`不在您的班次时间内，您的班次：${shift.begins}–${shift.ends}`)).toBeVisible();
    await expect(page.getByRole('option')).toHaveCount(0);
    await picture(page, 'off-shift-zh-CN');
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.getByText(`Outside your shift. Your shifts: ${shift.begins}–${shift.ends}`)).toBeVisible();
    await picture(page, 'off-shift-en');
  });
});

test('a field says whom to ask, and training that has run out', async ({ desk, hotel }) => {
  await whileShe(hotel, 'R102', { trainedUntil: '2026-01-01' }, async () => {
    const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
    await waitForFirstSync(page);
    await signIn(page, personOf(hotel, 'R102'));
    await openGuest(page, '林晓雨', '林**');
    await expect(page.locator('[data-field=documentNumber]')).toContainText('您的保密培训已过期，请先完成培训');
    await expect(page.locator('[data-field=documentNumber]').getByRole('button')).toHaveCount(0);
    await expect(page.locator('[data-field=cardNumber]')).toContainText('不属于您的岗位，可请：财务或值班经理');
    await picture(page, 'training-expired');
  });
});

test('the night auditor sees the masks of identity, and of the rest whom to ask', async ({ desk, hotel }) => {
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await signIn(page, personOf(hotel, 'N201'));
  await openGuest(page, '林晓雨', '林**');
  await expect(page.locator('[data-field=documentNumber]')).toContainText('***');
  await expect(page.locator('[data-field=cardNumber]')).not.toContainText('*');
  await expect(page.locator('[data-field=cardNumber]')).toContainText('不属于您的岗位，可请：前台接待、财务或值班经理');
  await picture(page, 'night-auditor-zh-CN');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('[data-field=cardNumber]')).toContainText(
    'Not for your role. Ask: Receptionist, Finance, or Duty manager',
  );
  await picture(page, 'night-auditor-en');
});
