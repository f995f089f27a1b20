/** Each thing that keeps a terminal from working has a screen of its own: what happened, what to do, and nothing is lost. */
import { closeSync, existsSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { accessible } from './accessible.ts';
import { expect, type Hotel, personOf, pictures, promptOf, signIn, test, waitForFirstSync } from './desk.ts';

const enrolled = async (hotel: Hotel) => ({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });

test('no keychain service: a screen says so, and no file is made without a key', async ({ desk, hotel }) => {
  const { page } = await desk.start({
    ...(await enrolled(hotel)),
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(desk.userData, 'nobody')}` },
  });
  await expect(page.getByRole('heading', { name: '找不到系统钥匙串' })).toBeVisible();
  await pictures(page, 'fault-keychain-missing');
  expect(existsSync(join(desk.userData, 'cache.db'))).toBe(false);
});

test('a configuration that does not fit names its field, and is read again', async ({ desk, hotel }) => {
  const { page } = await desk.start({ config: { serverUrl: 'http://not-secure.example' } });
  await expect(page.getByText(/“serverUrl”/)).toBeVisible();
  await pictures(page, 'fault-config');
  writeFileSync(
    join(desk.userData, 'terminal.json'),
    JSON.stringify({ serverUrl: hotel.server.url, caFile: hotel.server.caFile, terminalName: '前台 1' }),
  );
  await page.getByRole('button', { name: '再试一次' }).click();
  await expect(page.getByRole('heading', { name: '登记这台终端' })).toBeVisible();
});

test('a damaged cache is set aside, never deleted, and the terminal rebuilds itself from the server', async ({
  desk,
  hotel,
}) => {
  const first = await desk.start(await enrolled(hotel));
  await waitForFirstSync(first.page);
  await first.close();
  const cache = join(desk.userData, 'cache.db');
  const file = openSync(cache, 'r+');
  for (let page = 0; page < 40; page++) writeSync(file, 'damage', page * 4096 + 1000);
  closeSync(file);

  const { page } = await desk.start();
  // It is opened, and found damaged, when somebody signs in.
  await page.getByRole('combobox').fill('R101');
  await page.keyboard.press('Enter');
  const prompt = await promptOf(page);
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await prompt.keyboard.type(personOf(hotel, 'R101').password);
  await prompt.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('客人资料没有外泄，也没有被删除');
  await pictures(page, 'fault-corrupt');
  await page.getByRole('button', { name: '另存旧文件并重建' }).click();
  await page.getByRole('button', { name: '确认另存并重建' }).click();
  await waitForFirstSync(page);
  expect(readdirSync(desk.userData).filter((name) => name.startsWith('cache.db.')).length).toBeGreaterThan(0);
  await signIn(page, personOf(hotel, 'R101'));
  await expect(page.getByRole('listbox', { name: '今日抵店' }).getByRole('option').first()).toBeVisible();
});

test('a terminal whose keys are lost says so, and is enrolled anew where it stands', async ({ desk, hotel }) => {
  const first = await desk.start(await enrolled(hotel));
  await waitForFirstSync(first.page);
  await first.close();
  // Another installation: its keys in the keychain are its own.
  writeFileSync(join(desk.userData, 'installation-id'), '00000000-0000-4000-8000-000000000000');
  const { page } = await desk.start();
  // Its keychain has nothing of this terminal: nothing opens, and it may be enrolled anew.
  await expect(page.getByRole('heading', { name: '本终端的密钥已丢失' })).toBeVisible();
  await pictures(page, 'fault-keys-lost');
  await page.getByRole('button', { name: '重新登记本终端…' }).click();
  const code = page.getByLabel('登记码');
  await expect(code).toBeFocused();
  await code.fill('AAAA-BBBB-CCCC');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/登记码不对/)).toBeVisible();
  await expect(page.getByRole('button', { name: '再试一次' })).toBeHidden();
  await accessible(page, 'enrol anew');
  await pictures(page, 'fault-enrol-anew');
  await page.getByLabel('登记码').fill(await hotel.server.enrolmentCode());
  await page.keyboard.press('Enter');
  await waitForFirstSync(page);
  expect(readdirSync(desk.userData).filter((name) => name.startsWith('access-log.db.set-aside-'))).not.toEqual([]);
});

test('a wrong enrolment code says so and may be typed again; an unreachable server is told apart', async ({
  desk,
  hotel,
}) => {
  const { page } = await desk.start();
  await page.getByLabel('登记码').fill('AAAA-BBBB-CCCC');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/登记码不对/)).toBeVisible();
  await page.getByLabel('登记码').fill(await hotel.server.enrolmentCode());
  await page.keyboard.press('Enter');
  await waitForFirstSync(page);
});
