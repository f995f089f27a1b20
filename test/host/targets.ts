/** Attaches to everything a Chromium runs, before it runs: the one page is driven, popups are closed, workers watched. */
import type { CdpSession, Protocol } from './cdp.ts';
import type { Chromium } from './chromium.ts';
import { type AllowNavigation, interceptRequests } from './network.ts';
import { refusePopups } from './renderer.ts';
import type { SessionStandIn } from './session.ts';

const AUTO_ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
const NETWORKED = new Set(['iframe', 'worker', 'shared_worker', 'service_worker']);

/** Waits for the window's page and keeps every other target of this Chromium off the network. */
export async function attachPage(
  chromium: Chromium,
  session: SessionStandIn,
  allowNavigation: AllowNavigation,
): Promise<{ page: CdpSession; targetId: string }> {
  const found = Promise.withResolvers<{ page: CdpSession; targetId: string }>();
  // Awaited only at the end of this function; until then a rejection is not an unhandled one.
  found.promise.catch(() => undefined);
  let pageSeen = false;

  const prepare = async (attached: Protocol.Target.attachedToTargetPayload) => {
    const { sessionId, targetInfo } = attached;
    const target = chromium.cdp.session(sessionId);
    if (targetInfo.type === 'page' && pageSeen) {
      await chromium.cdp.browser.attempt('Target.closeTarget', { targetId: targetInfo.targetId });
      return;
    }
    const isPage = targetInfo.type === 'page';
    if (isPage) pageSeen = true;
    if (isPage || NETWORKED.has(targetInfo.type)) {
      await interceptRequests(target, session, allowNavigation);
      await watch(target);
    }
    if (targetInfo.type === 'iframe') await refusePopups(target);
    await target.attempt('Runtime.runIfWaitingForDebugger');
    if (isPage) found.resolve({ page: target, targetId: targetInfo.targetId });
  };
  const watch = async (owner: CdpSession) => {
    owner.on('Target.attachedToTarget', (attached) => void prepare(attached));
    await owner.attempt('Target.setAutoAttach', AUTO_ATTACH);
  };

  await watch(chromium.cdp.browser);
  void chromium.exited.then(() =>
    found.reject(new Error('Chromium ended before its window was there (is $DISPLAY a running display?)')),
  );
  return await found.promise;
}

/** Denies what the app's session denies: every permission and every download. */
export async function denyPermissions(chromium: Chromium): Promise<void> {
  const { browser } = chromium.cdp;
  // Granting nothing to everyone is this protocol's way of denying everything.
  await browser.send('Browser.grantPermissions', { permissions: [] });
  await browser.send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true });
  // A second client may have allowed downloads meanwhile.
  browser.on('Browser.downloadWillBegin', ({ guid }) => void browser.attempt('Browser.cancelDownload', { guid }));
}
