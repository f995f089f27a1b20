/** The window's session, hardened in one place (DESIGN §11): our own origin, no network, no permission, no download. */
import { type Session, session } from 'electron';
import { createOriginHandler, ORIGIN } from './origin.ts';

/** @param rendererRoot folder of the built renderer */
export function createHardenedSession(rendererRoot: string): Session {
  // Without "persist:" nothing of the page is written to the disk.
  const hardened = session.fromPartition('keyrack', { cache: false });
  hardened.protocol.handle('https', createOriginHandler(rendererRoot));
  hardened.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwn(details.url) }));
  hardened.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  hardened.setPermissionCheckHandler(() => false);
  hardened.setDevicePermissionHandler(() => false);
  hardened.on('will-download', (event) => event.preventDefault());
  hardened.setSpellCheckerEnabled(false);
  return hardened;
}

export function isOwn(address: string): boolean {
  return URL.canParse(address) && new URL(address).origin === ORIGIN;
}
