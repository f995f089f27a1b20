import { describe, expect, it } from 'vitest';
import { readShownNumber, type ShownKind } from '../../../src-shared/documents/shown-number.ts';

/** The specimen of ICAO Doc 9303 part 4, appendix B, and of part 5. */
const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const TD1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];

describe('what a guest shows', () => {
  it.each<[ShownKind, string, string]>([
    ['chinese-id', '11010519491231002X', '11010519491231002X'],
    ['chinese-id', '11010519491231002x', '11010519491231002X'],
    ['chinese-id', ' 110105 19491231 002x ', '11010519491231002X'],
    ['chinese-id', '１１０１０５１９４９１２３１００２ｘ', '11010519491231002X'],
    ['passport', 'e1234 5678', 'E12345678'],
    ['passport', 'Ｅ１２３４５６７８', 'E12345678'],
    ['passport', 'E-1234-5678', 'E12345678'],
    ['passport', TD3.join(' '), 'L898902C3'],
    ['passport', TD3.join('\t'), 'L898902C3'],
    ['other', TD1.join(' '), 'D23145890'],
    ['hk-macao-permit', 'h12345678', 'H12345678'],
    ['taiwan-permit', '12345678', '12345678'],
    ['card', '4111 1111 1111 1111', '4111111111111111'],
    ['card', '４１１１－１１１１－１１１１－１１１１', '4111111111111111'],
  ])('as %s, typed %j, is %s', (kind, text, value) => {
    expect(readShownNumber(kind, text)).toEqual({ ok: true, value });
  });

  it.each<[ShownKind, string, string]>([
    ['chinese-id', '002X', 'length'],
    ['chinese-id', '110105194912310021', 'check-digit'],
    ['chinese-id', '11010519491331002X', 'date'],
    ['chinese-id', 'E1234567890123456X', 'characters'],
    ['passport', '5678', 'length'],
    ['passport', 'E1234567890123456789012', 'length'],
    ['passport', 'E12345*78', 'characters'],
    ['passport', `${TD3[0]} ${TD3[1]?.replace('L898902C3', 'L898902C4')}`, 'check-digit'],
    ['passport', 'P<UTO', 'length'],
    ['card', '1111', 'length'],
    ['card', '4111 1111 1111 1112', 'check-digit'],
    ['card', '4111 1111 1111 111O', 'characters'],
  ])('as %s, typed %j, does not fit: %s', (kind, text, problem) => {
    const read = readShownNumber(kind, text);
    expect(read).toMatchObject({ ok: false, problem });
    expect(JSON.stringify(read)).not.toContain(text);
  });
});
