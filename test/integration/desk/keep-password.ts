/** What somebody types who sets a password under duress or changes her own. */
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import type { ChannelName } from '../../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { type Desk, expectOk } from '../terminal/house.ts';

/** Her next code, with the clock of the desk put on to it. */
export const nextCode = (at: Desk, who: DemoEmployee) => {
  at.clock.pass(60_000);
  return currentTotp(who.totpSecret, at.clock.now());
};

/** @returns what the last step and the page were answered */
export async function keep(
  at: Desk,
  asks: Extract<ChannelName, 'duress.set' | 'password.change'>,
  own: string,
  chosen: string,
  code: string,
): Promise<{ readonly typed: IpcResult<null>; readonly answer: IpcResult<null> }> {
  const answer = at.call(asks, undefined);
  expectOk(await at.callPrompt('prompt.view', undefined));
  let typed = await at.callPrompt('prompt.currentPassword', { password: own });
  if (typed.ok) typed = await at.callPrompt('prompt.newPassword', { password: chosen, again: chosen });
  if (typed.ok) typed = await at.callPrompt('prompt.keyCode', { code });
  if (!typed.ok) await at.callPrompt('prompt.cancel', undefined);
  return { typed, answer: await answer };
}
