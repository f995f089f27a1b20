import { describe, expect, it } from 'vitest';
import { chineseIdCheck } from '../../../src-shared/documents/chinese-id.ts';
import { isMinor, isWholeDocument, readShownDocument } from '../../../src-shared/documents/shown-document.ts';

const TODAY = '2026-03-14';
const as = (change: Partial<Parameters<typeof readShownDocument>[1]> = {}) => ({
  documentType: 'passport' as const,
  today: TODAY,
  checkDigit: 'must-hold' as const,
  ...change,
});
const read = (text: string, change = {}) => readShownDocument(text, as(change));
const idOf = (birth: string) => `110105${birth}001${chineseIdCheck(`110105${birth}001`)}`;

/** Specimens of ICAO Doc 9303 parts 4, 5 and 6. */
const ZONES = {
  TD3: 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10',
  TD2: 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6',
  TD1: 'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<',
} as const;

describe('a document that a guest shows', () => {
  it.each([
    ['TD3', 'passport', 'L898902C3'],
    ['TD2', 'other', 'D23145890'],
    ['TD1', 'other', 'D23145890'],
  ] as const)('gives by its zone %s number, birthday, nationality and name', (format, documentType, number) => {
    const value = {
      documentType,
      number,
      dateOfBirth: '1974-08-12',
      nationality: 'UTO',
      nameLatin: 'ERIKSSON ANNA MARIA',
    };
    for (const text of [ZONES[format], ZONES[format].replaceAll('\n', '')])
      expect(read(text, { documentType: 'chinese-id' })).toEqual({ ok: true, value });
  });

  it('gives by a Chinese ID number and birthday, whatever kind was expected', () => {
    const value = { documentType: 'chinese-id', dateOfBirth: '1990-03-07', nationality: 'CHN', nameLatin: null };
    expect(read(` ${idOf('19900307').toLowerCase()} `)).toEqual({
      ok: true,
      value: { ...value, number: idOf('19900307') },
    });
  });

  it('of another kind gives its number only', () => {
    const value = { documentType: 'hk-macao-permit', number: 'C12345678', dateOfBirth: null };
    expect(read('c1234 5678', { documentType: 'hk-macao-permit' })).toMatchObject({ ok: true, value });
    expect(read('C1', { documentType: 'hk-macao-permit' })).toMatchObject({ ok: false, problem: 'length' });
  });

  it('with a wrong check digit is taken when somebody says why, and a zone, or a day that does not exist, never is', () => {
    const wrong = idOf('19900307').slice(0, 17) + (idOf('19900307').endsWith('5') ? '6' : '5');
    const asked = { documentType: 'chinese-id' };
    const overridden = { ...asked, checkDigit: 'overridden' };
    expect(read(wrong, asked)).toEqual({ ok: false, problem: 'check-digit' });
    expect(read(wrong, overridden)).toMatchObject({ ok: true, value: { number: wrong, dateOfBirth: '1990-03-07' } });
    expect(read(idOf('19900231'), overridden)).toMatchObject({ ok: false, problem: 'date' });
    expect(read(ZONES.TD3.replace('740812', '740813'), overridden)).toMatchObject({ problem: 'check-digit' });
  });

  it('is told from what is typed by its form and its check digits', () => {
    for (const text of [...Object.values(ZONES), idOf('19900307')]) expect(isWholeDocument(text), text).toBe(true);
    for (const text of ['', '赵一鸣', '13812345670', 'E12345678', ZONES.TD3.slice(0, 44), `${idOf('19900307')}1`])
      expect(isWholeDocument(text), text).toBe(false);
  });
});

describe('somebody', () => {
  it('is a minor until the eighteenth birthday, and born in a leap year until the day after', () => {
    expect(isMinor('2008-03-15', TODAY)).toBe(true);
    expect(isMinor('2008-03-14', TODAY)).toBe(false);
    expect([isMinor('2008-02-29', '2026-02-28'), isMinor('2008-02-29', '2026-03-01')]).toEqual([true, false]);
  });
});
