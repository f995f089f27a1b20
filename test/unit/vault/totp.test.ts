import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { currentTotp, matchTotp, totpUri } from '../../../src-shared/step-up/totp.ts';

const SECRET = Buffer.from('12345678901234567890', 'ascii');

describe('time-based one-time passwords (RFC 6238)', () => {
  // Appendix B, SHA-1: the last six of the eight digits are the six-digit code of the same moment.
  it.each([
    [59, '287082', 1],
    [1111111109, '081804', 37037036],
    [1111111111, '050471', 37037037],
    [1234567890, '005924', 41152263],
    [2000000000, '279037', 66666666],
    [20000000000, '353130', 666666666],
  ])('at %i s the code is %s of step %i', (seconds, code, step) => {
    expect(currentTotp(SECRET, seconds * 1000)).toBe(code);
    expect(matchTotp(SECRET, code, seconds * 1000)).toBe(step);
  });

  it('gives the eight digits of the appendix under the same library', () => {
    const totp = new TOTP({
      secret: new Secret({ buffer: new Uint8Array(SECRET).buffer }),
      digits: 8,
      period: 30,
      algorithm: 'SHA1',
    });
    expect(totp.generate({ timestamp: 59_000 })).toBe('94287082');
  });

  it('accepts one step of drift either way and no more', () => {
    const at = 1_234_567_890_000;
    const code = currentTotp(SECRET, at);
    expect(matchTotp(SECRET, code, at + 30_000)).toBe(matchTotp(SECRET, code, at));
    expect(matchTotp(SECRET, code, at - 30_000)).toBe(matchTotp(SECRET, code, at));
    expect(matchTotp(SECRET, code, at + 60_000)).toBeNull();
    expect(matchTotp(SECRET, code, at - 60_000)).toBeNull();
  });

  it('refuses what is not a code', () => {
    for (const code of ['', '12345', '1234567', 'abcdef', '０５０４７１'])
      expect(matchTotp(SECRET, code, 0)).toBeNull();
  });

  it('makes an address that an authenticator app reads', () => {
    expect(totpUri(SECRET, 'R101', 'Keyrack')).toMatch(
      /^otpauth:\/\/totp\/Keyrack:R101\?.*secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ/,
    );
  });
});
