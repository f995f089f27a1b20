import { Secret, TOTP } from 'otpauth';

/** RFC 6238 with the parameters every authenticator app supports. */
const PERIOD_S = 30;
const DIGITS = 6;
const CODE = /^[0-9]{6}$/;
/** Steps of drift accepted on either side (RFC 6238 §5.2 recommends one for transmission delay). */
const WINDOW = 1;

/**
 * Checks a code against a secret. Works without a network. That a code counts once only is the caller's part: it keeps the
 * highest step accepted so far (RFC 6238 §5.2) and refuses this one if it is not above.
 * @param secret raw bytes, not base32
 * @param atMs wall clock, epoch milliseconds
 * @returns the time step the code belongs to, or null when it is not a code of the window
 */
export function matchTotp(secret: Uint8Array, code: string, atMs: number): number | null {
  // The library compares bytes: six full-width digits would make it throw.
  if (!CODE.test(code)) return null;
  const totp = createTotp(secret);
  const delta = totp.validate({ token: code, timestamp: atMs, window: WINDOW });
  return delta === null ? null : Math.floor(atMs / 1000 / PERIOD_S) + delta;
}

function createTotp(secret: Uint8Array): TOTP {
  const copy = new Uint8Array(secret);
  return new TOTP({ secret: new Secret({ buffer: copy.buffer }), period: PERIOD_S, digits: DIGITS, algorithm: 'SHA1' });
}

/** `otpauth://` address for an authenticator app (Key URI format). */
export function totpUri(secret: Uint8Array, account: string, issuer: string): string {
  const totp = createTotp(secret);
  totp.label = account;
  totp.issuer = issuer;
  return totp.toString();
}

/** The code of this moment: for the demo's table and for tests; the app itself never makes one. */
export function currentTotp(secret: Uint8Array, atMs: number): string {
  return createTotp(secret).generate({ timestamp: atMs });
}

/** The secret as an authenticator app takes it typed: base32 (RFC 4648 §6) in groups of four. */
export function totpSecretText(secret: Uint8Array): string {
  const text = createTotp(secret).secret.base32;
  return text.match(/.{1,4}/g)?.join(' ') ?? text;
}
