/** A security key from its first touch to the day it is not hers: the real ceremony, with Chromium's virtual authenticators. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from '@playwright/test';
import { startDemoServer } from '../../scripts/demo/serve.ts';
import type { DemoEmployee } from '../../scripts/demo/staff.ts';
import { codeOf } from '../../scripts/demo/staff-codes.ts';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { copyFoundedServer } from '../integration/server/made-once.ts';
import { expect, lockTerminal, personOf, pictures, promptOf, signIn, test, typePassword } from './desk.ts';

/** A hand that plugs keys into the computer of the prompt's window; each is touched as soon as it blinks. */
async function usbPort(prompt: Page) {
  const cdp: CDPSession = await prompt.context().newCDPSession(prompt);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  return {
    plugIn: async (prf: 'prf' | 'no-prf') => {
      const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          ctap2Version: 'ctap2_1',
          transport: 'usb',
          hasPrf: prf === 'prf',
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      return { pullOut: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }) };
    },
  };
}

/** After a lock she is asked for her password only. */
async function comeBack(page: Page, person: DemoEmployee): Promise<void> {
  await page.getByRole('button', { name: '输入密码' }).click();
  await typePassword(page, person);
}

test('a security key is added, opens without the line, and no other key does', async ({ desk }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-e2e-security-key-'));
  const plan = { seed: 11, businessDate: BusinessDate.parse('2026-03-18'), guests: 60, rooms: 20, dataDir };
  await copyFoundedServer(dataDir, plan);
  const server = await startDemoServer(plan);
  const lina = personOf({ server }, 'R101');
  try {
    const { page } = await desk.start({
      config: { serverUrl: server.url, caFile: server.caFile, enrolmentCode: await server.enrolmentCode() },
    });
    await signIn(page, lina);
    const prompt = await promptOf(page);
    const port = await usbPort(prompt);
    const unlocked = page.getByText('已解锁');

    // Only the prompt may ask a key.
    const asked = await page.evaluate(() =>
      navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } }).then(
        () => 'answered',
        (error: Error) => error.message,
      ),
    );
    expect(asked).toContain("'publickey-credentials-get' feature is not enabled");

    await page.getByRole('button', { name: /R101/ }).click();
    await page.getByRole('menuitem', { name: '我的第二重验证' }).click();
    const mine = page.getByRole('dialog', { name: '我的第二重验证' });
    await mine.getByRole('textbox').fill('蓝色');
    await page.keyboard.press('Enter');
    await expect(prompt.getByRole('status')).toContainText('请触碰您的安全密钥');
    await pictures(page, 'security-key-touch', prompt);
    const without = await port.plugIn('no-prf');
    await expect(prompt.getByRole('alert').first()).toContainText('PRF');
    await pictures(page, 'security-key-no-prf', prompt);
    await without.pullOut();
    const blue = await port.plugIn('prf');
    await prompt.getByRole('button', { name: '再试一次' }).click();
    await expect(prompt.getByText('密钥可用')).toBeVisible();
    await pictures(page, 'security-key-code', prompt);
    await prompt.keyboard.type(codeOf(lina, Date.now()));
    await expect(mine.getByRole('listitem')).toContainText('蓝色');
    await pictures(page, 'second-factors');
    await page.keyboard.press('Escape');
    await expect(mine).toBeHidden();
    await expect(page.getByText('未解锁')).toBeVisible();
    await expect(page.getByRole('contentinfo')).not.toContainText('待上传');

    await lockTerminal(page);
    await server.stop();
    await comeBack(page, lina);
    await page.keyboard.press('Alt+u');
    await expect(unlocked).toBeVisible();

    await lockTerminal(page);
    await blue.pullOut();
    await port.plugIn('prf');
    await comeBack(page, lina);
    await page.keyboard.press('Alt+u');
    await expect(prompt.getByRole('alert').first()).toContainText('没有认出这把密钥');
    await pictures(page, 'security-key-refused', prompt);
    await prompt.getByRole('button', { name: '改用验证码' }).click();
    await expect(prompt.getByRole('textbox').first()).toBeFocused();
    await pictures(page, 'security-key-or-code', prompt);
    await prompt.keyboard.press('Escape');
    await expect(page.getByText('未解锁')).toBeVisible();
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
