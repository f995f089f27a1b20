import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashRecoveryCode, makeRecoveryCodes } from '../../../src-main/vault/recovery-codes.ts';
import { EmployeeId, PropertyId } from '../../../src-shared/model/ids.ts';
import {
  formatRecoveryCode,
  RECOVERY_CODE_BYTES,
  readRecoveryCode,
  recoveryCodeOf,
} from '../../../src-shared/step-up/recovery-code.ts';

const bytes = fc.uint8Array({ minLength: RECOVERY_CODE_BYTES, maxLength: RECOVERY_CODE_BYTES });
const code = bytes.map(recoveryCodeOf).filter((made) => made !== null);
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('recovery codes', () => {
  it('are ten, all different, of letters and digits that look like nothing else', () => {
    const codes = makeRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const made of codes) expect(made).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
  });

  it('are Crockford’s base 32 with his check character', () => {
    // The bits of each pair of characters are those of the bytes; 1234 has the check character D by his own example's rule.
    expect(recoveryCodeOf(Buffer.from('00443214c74254b635cf', 'hex'))?.slice(0, 16)).toBe('0123456789ABCDEF');
    expect(recoveryCodeOf(Buffer.from('0000000000000004d2'.padStart(20, '0'), 'hex'))).toBe('000000000000016JD');
  });

  it('are read however they are typed', () => {
    fc.assert(
      fc.property(code, fc.constantFrom('-', ' ', '', '–', '－', '  '), fc.boolean(), (made, between, small) => {
        const shown = formatRecoveryCode(made).replaceAll('-', between).replaceAll('0', 'O').replaceAll('1', 'l');
        expect(readRecoveryCode(small ? shown.toLowerCase() : shown)).toBe(made);
        const wide = [...made].map((one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)).join('');
        expect(readRecoveryCode(wide)).toBe(made);
      }),
    );
  });

  it('tell every single mistake, and two neighbours that changed places', () => {
    fc.assert(
      fc.property(code, fc.nat(16), fc.constantFrom(...ALPHABET), (made, at, other) => {
        const mistyped = made.slice(0, at) + other + made.slice(at + 1);
        expect(readRecoveryCode(mistyped)).toBe(other === made[at] ? made : null);
        const swapped = made.slice(0, at) + [...made.slice(at, at + 2)].reverse().join('') + made.slice(at + 2);
        if (at < 15) expect(readRecoveryCode(swapped)).toBe(swapped === made ? made : null);
      }),
    );
  });

  it('are not found in anything else, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
        const read = readRecoveryCode(typed);
        expect(read === null || /^[0-9A-HJKMNP-TV-Z]{17}$/.test(read)).toBe(true);
      }),
    );
  });

  it('are another hash for another person', () => {
    const property = PropertyId.parse('west-lake');
    const [one, two] = ['01HZZZZZZZZZZZZZZZZZZZZZZZ', '01HZZZZZZZZZZZZZZZZZZZZZZY'].map((id) => EmployeeId.parse(id));
    const [made = ''] = makeRecoveryCodes();
    if (one === undefined || two === undefined) throw new Error('two people');
    expect(hashRecoveryCode(property, one, made)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashRecoveryCode(property, one, made)).toBe(hashRecoveryCode(property, one, made.toLowerCase()));
    expect(hashRecoveryCode(property, one, made)).not.toBe(hashRecoveryCode(property, two, made));
    expect(() => hashRecoveryCode(property, one, 'nonsense')).toThrow(RangeError);
  });
});
