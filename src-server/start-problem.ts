import { DirectoryInUse } from './store/directory-lock.ts';
import { BadCertificate } from './tls/certificates.ts';

/**
 * Why the server did not start, for the person who started it: the setting and the remedy, never its value. Null for what is not
 * known to be a setting's fault: the log has its kind and place.
 */
export function startProblem(error: unknown): string | null {
  if (error instanceof DirectoryInUse || error instanceof BadCertificate) return `--data-dir: ${error.message}`;
  if (!(error instanceof Error) || !('code' in error)) return null;
  return BY_CODE.find(([codes]) => codes.test(String(error.code)))?.[1] ?? null;
}

/** By the code of the operating system, or of PostgreSQL (appendix A of its manual). */
const BY_CODE: readonly (readonly [RegExp, string])[] = [
  [/^EADDRINUSE$/, '--port: is taken by another program: choose another, or 0 for any free one'],
  [/^EADDRNOTAVAIL$/, '--host: is no address of this machine'],
  [/^(EACCES|EPERM|EROFS|ENOTDIR|SQLITE_CANTOPEN)/, '--data-dir: must be a directory that this user may write to'],
  [
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENOENT|57P03)$/,
    '--database: does not answer: is PostgreSQL running there?',
  ],
  [/^(28000|28P01)$/, '--database: refuses the user or the password in the address'],
  [/^3D000$/, '--database: has no database of the name in the address: create it first'],
  [/^42501$/, '--database: its user may not create tables there: grant that first'],
];
