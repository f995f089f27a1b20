/** The name under which this installation's keys lie in the keychain: random, no secret, so a plain file. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ConfigError, type TerminalFiles } from './config.ts';

/**
 * Reads the name, or makes one where there is none yet.
 * @throws ConfigError when it is damaged and there is data whose keys lie under it: a new name would lose them
 */
export function readInstallation(files: Pick<TerminalFiles, 'installation' | 'cache' | 'accessLog'>): string {
  const file = files.installation;
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(found)) return found;
  if (found !== '' && (existsSync(files.cache) || existsSync(files.accessLog))) {
    throw new ConfigError('installation-id', 'put the file back as it was');
  }
  const made = randomUUID();
  const draft = `${file}.new`;
  writeFileSync(draft, made, { mode: 0o600, flush: true });
  renameSync(draft, file);
  return made;
}
