import { createHash, randomBytes } from 'node:crypto';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import {
  formatRecoveryCode,
  RECOVERY_CODE_BYTES,
  readRecoveryCode,
  recoveryCodeOf,
  recoveryCodeText,
} from '../../src-shared/step-up/recovery-code.ts';

const CODES = 10;

/** Ten one-time codes, as they are shown once: `K7QF-2M9X-BDA0-3HTJ5`. Strings, since a person reads them: they cannot be wiped. */
export function makeRecoveryCodes(): readonly string[] {
  const codes: string[] = [];
  while (codes.length < CODES) {
    const code = recoveryCodeOf(randomBytes(RECOVERY_CODE_BYTES));
    if (code !== null) codes.push(formatRecoveryCode(code));
  }
  return codes;
}

/**
 * What the server keeps of a code: SHA-256, hex. Enough for 79.8 random bits (NIST SP 800-63B §5.1.2.2).
 * @throws RangeError when it is not a code of {@link makeRecoveryCodes}
 */
export function hashRecoveryCode(propertyId: PropertyId, employeeId: EmployeeId, code: string): string {
  const read = readRecoveryCode(code);
  if (read === null) throw new RangeError('this is not a recovery code');
  return createHash('sha256')
    .update(recoveryCodeText(propertyId, employeeId, read))
    .digest('hex');
}
