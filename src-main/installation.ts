/** The name under which this installation's keys lie in the keychain: random, no secret, so a plain file. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError, type TerminalFiles } from './config.ts';
import { setAside } from './store/open.ts';

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
  const made = newInstallation();
  writeInstallation(files, made);
  return made;
}

export function newInstallation(): string {
  return randomUUID();
}

/** Gives the installation a name in place of whatever it was called. */
export function writeInstallation(files: Pick<TerminalFiles, 'installation'>, name: string): void {
  const draft = `${files.installation}.new`;
  writeFileSync(draft, name, { mode: 0o600, flush: true });
  renameSync(draft, files.installation);
}

/**
 * Sets everything that opens with lost keys aside, the name under which they lay with it: should they be found again, it belongs
 * together. @returns what the files are called now
 */
export function setTerminalAside(files: TerminalFiles, now: number): string[] {
  const { cache, seeds, slots, leases, accessLog, installation } = files;
  const there = [cache, seeds, slots, leases, accessLog, installation].filter((file) => existsSync(file));
  return there.map((file) => basename(setAside(file, now)));
}

/** Whether a log lies beside this one that was set aside: this one was begun in its place. */
export function hasLogAside({ accessLog }: Pick<TerminalFiles, 'accessLog'>): boolean {
  const start = `${basename(accessLog)}.set-aside-`;
  return readdirSync(dirname(accessLog)).some((name) => name.startsWith(start));
}
