/**
 * One-time recovery codes as people write and type them: 16 characters of Crockford's base 32 (80 random bits) and his check
 * character (mod 37), in four groups. Codes whose check character would be one of his five signs are not made: a code is letters
 * and digits only. The rest leaves 79.8 bits, well above the 64 from which NIST SP 800-63B §5.1.2.2 lets a plain hash be kept.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MODULUS = 37;
const BITS = 5;
const CHARACTERS = 16;
/** Random bytes that one code is made of. */
export const RECOVERY_CODE_BYTES = (CHARACTERS * BITS) / 8;
/** What may be typed at most: the code with separators of somebody's own. */
export const RECOVERY_CODE_LENGTH = 40;

/**
 * Writes random bytes as a code, without its separators.
 * @returns null for those that are not to be used: draw again
 * @throws RangeError when they are not {@link RECOVERY_CODE_BYTES}
 */
export function recoveryCodeOf(bytes: Uint8Array): string | null {
  if (bytes.length !== RECOVERY_CODE_BYTES) throw new RangeError('a recovery code is made of ten bytes');
  let code = '';
  let [pending, width] = [0, 0];
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    width += 8;
    for (; width >= BITS; width -= BITS) code += ALPHABET.charAt((pending >>> (width - BITS)) & 31);
    pending &= (1 << width) - 1;
  }
  const check = checkOf(code);
  return check === null ? null : code + check;
}

/** As it is printed and shown: `K7QF-2M9X-BDA0-3HTJ5`. */
export function formatRecoveryCode(code: string): string {
  return [code.slice(0, 4), code.slice(4, 8), code.slice(8, 12), code.slice(12)].join('-');
}

/**
 * Reads what somebody typed: case, spaces and dashes do not matter, full-width characters are the same, O is read as 0, I and L
 * as 1.
 * @returns the code without separators; null when its length, a character or the check character does not fit: it was mistyped
 */
export function readRecoveryCode(typed: string): string | null {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  const [payload, check] = [code.slice(0, -1), code.slice(-1)];
  if (payload.length !== CHARACTERS || [...code].some((character) => !ALPHABET.includes(character))) return null;
  return checkOf(payload) === check ? code : null;
}

/** What is hashed in place of the code: the same code would be another for somebody else. */
export function recoveryCodeText(propertyId: string, employeeId: string, code: string): string {
  return JSON.stringify(['keyrack/recovery-code/v1', propertyId, employeeId, code]);
}

/** Crockford's check character; null when it is one of his signs. It tells every single mistake and every two that changed places. */
function checkOf(code: string): string | null {
  let rest = 0;
  for (const character of code) rest = (rest * 32 + ALPHABET.indexOf(character)) % MODULUS;
  return ALPHABET[rest] ?? null;
}
