/**
 * One-time codes that enrol a terminal or found a hotel, as people type and scan them: 30 characters of Crockford's base 32 in six
 * groups. Ten are the secret (50 random bits), nineteen the beginning of the SHA-256 of the hotel's CA certificate (95 bits), so that the
 * terminal knows its server before it sends the secret; the last is a check character. To answer in the server's place somebody would have
 * to make a CA certificate with the same beginning of its hash: 2^95 tries (NIST SP 800-107 §5.1, second preimage).
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS = 5;
const SECRET_LENGTH = 10;
const PIN_LENGTH = 19;
const GROUP = /.{5}(?=.)/g;
/** A prime, so that every single mistake and every two neighbours that changed places are told; only codes without a sign above 31 are made. */
const MODULUS = 37;

export interface EnrolmentCode {
  /** What the server knows the code by. */
  readonly secret: string;
  /** The beginning of the CA's fingerprint. */
  readonly pin: string;
}

/** A secret of the right length, from a source of random numbers below 32. */
export function makeSecret(below: (limit: number) => number): string {
  return Array.from({ length: SECRET_LENGTH }, () => ALPHABET[below(ALPHABET.length)]).join('');
}

/** The beginning of a CA's fingerprint, as codes carry it. @param sha256 of the certificate (DER), 32 bytes */
export function pinOf(sha256: Uint8Array): string {
  let pin = '';
  let [pending, width] = [0, 0];
  for (const byte of sha256) {
    pending = (pending << 8) | byte;
    width += 8;
    for (; width >= BITS; width -= BITS) pin += ALPHABET.charAt((pending >>> (width - BITS)) & 31);
    pending &= (1 << width) - 1;
  }
  return pin.slice(0, PIN_LENGTH);
}

/**
 * As it is read out, printed and shown: `K7QF2-9XWBD-…`.
 * @returns null for a secret whose check character would be none of the alphabet: draw another
 */
export function formatEnrolmentCode({ secret, pin }: EnrolmentCode): string | null {
  const check = checkOf(secret + pin);
  return check === null ? null : `${secret}${pin}${check}`.replace(GROUP, '$&-');
}

/**
 * Reads what somebody typed or scanned: case, spaces and dashes do not matter, full-width characters are the same, O is read as 0, I and L
 * as 1.
 * @returns null when its length, a character or the check character does not fit: it was mistyped
 */
export function readEnrolmentCode(typed: string): EnrolmentCode | null {
  const code = normaliseCode(typed);
  const payload = code.slice(0, -1);
  if (payload.length !== SECRET_LENGTH + PIN_LENGTH) return null;
  if ([...code].some((character) => !ALPHABET.includes(character))) return null;
  if (checkOf(payload) !== code.slice(-1)) return null;
  return { secret: payload.slice(0, SECRET_LENGTH), pin: payload.slice(SECRET_LENGTH) };
}

/** A code or a part of one without what people add or mistake. */
export function normaliseCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

function checkOf(code: string): string | null {
  let rest = 0;
  for (const character of code) rest = (rest * 32 + ALPHABET.indexOf(character)) % MODULUS;
  return ALPHABET[rest] ?? null;
}
