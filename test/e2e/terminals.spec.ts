/** IT looks after the terminals: a code for a new one, one that is lost is wiped and proves it; and what is seen at the one that is. */
import { ulid } from 'ulid';
import { DEMO_PROPERTY } from '../../scripts/demo/hotel.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../src-main/vault/device-identity.ts';
import { standingText, wipeProofText } from '../../src-shared/enrolment/messages.ts';
import { OperationId } from '../../src-shared/model/ids.ts';
import {
  type DeviceShutOut,
  PROTOCOL_VERSION,
  routes,
  type StandingRequest,
  StandingResponse,
} from '../../src-shared/sync/protocol.ts';
import { createClient, enrolled } from '../integration/server/client.ts';
import { expect, type Hotel, personOf, signIn, test, typeCode, waitForFirstSync } from './desk.ts';
import { looks } from './looks.ts';

/** A terminal without a window, over the real line: its name, and how it hears of its wipe and proves it. */
async function otherTerminal({ server }: Hotel, deviceName: string) {
  const client = createClient(server);
  const identity = openDeviceIdentity(generateDeviceKey());
  const terminal = await enrolled(client, await server.enrolmentCode(), { deviceName, publicKey: identity.publicKey });
  const { propertyId, deviceId } = terminal;
  const obey = async () => {
    const said: Omit<StandingRequest, 'signature' | 'protocol'> = {
      propertyId,
      deviceId,
      certificateRequest: null,
      version: '0.1.0',
      at: Date.now(),
      nonce: Buffer.alloc(16, 9).toString('base64'),
    };
    const signature = identity.sign(Buffer.from(standingText(said)));
    const asked = { protocol: PROTOCOL_VERSION, ...said, signature };
    const answer = StandingResponse.parse((await client.ask(routes.standing, { method: 'POST', body: asked })).json());
    if (answer.standing !== 'wipe') throw new Error(`it is ${answer.standing}`);
    const proof = {
      propertyId,
      deviceId,
      order: answer.order,
      unsent: [{ kind: 'guestNote.add', count: 2 }],
      entries: 318,
    };
    const body = { protocol: PROTOCOL_VERSION, ...proof, signature: identity.sign(Buffer.from(wipeProofText(proof))) };
    expect((await client.ask(routes.wipeProof, { method: 'POST', body })).status).toBe(200);
  };
  return { propertyId, deviceId, obey, close: client.close };
}

/** The newest terminal of the hotel that has this name. */
async function idOf({ server }: Hotel, name: string, asks: string) {
  const it = personOf({ server }, asks);
  const listed = await server.store.listTerminals(DEMO_PROPERTY, it.id);
  const found = listed?.find((one) => one.name === name && one.revokedAt === null);
  if (found === undefined) throw new Error(`no terminal is called ${name}`);
  return found.id;
}

test('IT makes a code, has a lost terminal wiped, and sees the proof; the own one is wiped too', async ({
  desk,
  hotel,
}) => {
  const it = personOf(hotel, 'I701');
  const lost = await otherTerminal(hotel, '礼宾台');
  const enrolmentCode = await hotel.server.enrolmentCode();
  const terminalName = '前台 2';
  const { page } = await desk.start({ config: { enrolmentCode, terminalName } });
  await waitForFirstSync(page);
  await signIn(page, it);
  await page.getByRole('navigation').getByRole('button', { name: '终端' }).click();
  const row = page.getByRole('row', { name: /礼宾台/ });
  await expect(row).toBeVisible();
  await looks(page, 'terminals');

  await page.getByRole('button', { name: '新增终端' }).click();
  await expect(page.getByRole('dialog').getByRole('img', { name: /码/ })).toBeVisible();
  await looks(page, 'terminals-code');
  await page.keyboard.press('Escape');

  await row.getByRole('button', { name: '清除' }).click();
  await looks(page, 'terminals-wipe');
  await page.getByRole('dialog').getByRole('button', { name: '清除' }).click();
  await typeCode(page, it);
  await expect(row.getByRole('button', { name: '清除' })).toHaveCount(0);
  await lost.obey();
  await page.getByRole('button', { name: '重新查询' }).click();
  await expect(row).toContainText('已清除');
  await expect(row).toContainText('备注 × 2');
  await looks(page, 'terminals-wiped');
  await lost.close();

  // And now the one that the window belongs to: shut out first, then wiped.
  const own = await idOf(hotel, terminalName, it.staffNumber);
  const order = (kind: DeviceShutOut['kind']): DeviceShutOut => ({
    id: OperationId.parse(ulid()),
    kind,
    employeeId: it.id,
    at: Date.now(),
    terminalId: own,
  });
  // Locking loads the page anew.
  const locked = page.waitForEvent('load');
  await hotel.server.store.applyOperations(lost.propertyId, lost.deviceId, [order('device.revoke')]);
  await locked;
  await expect(page.getByText('这台终端已被注销')).toBeVisible({ timeout: 30_000 });
  await looks(page, 'shut-out');
  await hotel.server.store.applyOperations(lost.propertyId, lost.deviceId, [order('device.wipe')]);
  await expect(page.getByText('这台终端已被清除')).toBeVisible({ timeout: 60_000 });
  await looks(page, 'wiped');
});
