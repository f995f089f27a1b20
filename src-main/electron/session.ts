/** A window's session, hardened in one place (DESIGN §11): our own origin, no network, no permission, no download. */
import { type Session, session } from 'electron';
import { createOriginHandler, isOwn, type SecurityKeyLeave } from './origin.ts';

/**
 * @param rendererRoot folder of the built renderer
 * @param partition a name for each window: pages of two sessions share neither storage nor process
 * @param leave security keys are asked in one of them only
 */
export function createHardenedSession(rendererRoot: string, partition: string, leave: SecurityKeyLeave): Session {
  // Without "persist:" nothing of the page is written to the disk.
  const hardened = session.fromPartition(partition, { cache: false });
  hardened.protocol.handle('https', createOriginHandler(rendererRoot, leave));
  hardened.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwn(details.url) }));
  hardened.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  hardened.setPermissionCheckHandler(() => false);
  hardened.setDevicePermissionHandler(() => false);
  hardened.on('will-download', (event) => event.preventDefault());
  hardened.setSpellCheckerEnabled(false);
  return hardened;
}
