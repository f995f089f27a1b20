/** What is typed or scanned to find a guest by, read as the number of a document or card, or as its last four. */
import type { FindableField } from '../model/registry.ts';
import { parseCardNumber } from './card-number.ts';
import { parseChineseId } from './chinese-id.ts';
import { numberForm } from './number-form.ts';
import { bad, type Parsed } from './parsed.ts';
import { readShownNumber } from './shown-number.ts';

export interface Sought {
  readonly field: FindableField;
  readonly by: 'whole' | 'last-four';
  /** In the form of number-form.ts. */
  readonly number: string;
}

export interface SoughtNumber {
  /** Whether check digits say that it is such a number; otherwise it only has the shape of one. */
  readonly sure: 'by-check-digits' | 'by-shape';
  /** What it may be the number of. */
  readonly sought: readonly [Sought, ...Sought[]];
}

const LAST_FOUR = /^\d{3}[\dX]$/;
const WHOLE_ID = /^\d{17}[\dX]$/;
/** Nobody's document has so many digits: it is a card, or mistyped. */
const CARD_ONLY = /^\d{13,}$/;
/** Written with its country, or a mobile number of the mainland behind its country: a telephone, which has a search of its own. */
const PHONE = /^\+|^(?:00)?861\d{10}$/;
/** A document of another kind has some digits; without them it is a name. */
const DIGITS = /\d.*\d.*\d.*\d/;

/**
 * Reads what is sought. Spelling does not matter, the machine-readable zone of a passport will do, and a Chinese ID or a card is known by
 * its check digit.
 * @returns a problem, which never quotes the input, when it can be no such number
 */
export function readSought(text: string): Parsed<SoughtNumber> {
  if (
    PHONE.test(
      text
        .slice(0, 256)
        .normalize('NFKC')
        .replace(/[\s()-]/g, ''),
    )
  )
    return bad('characters');
  const number = numberForm(text.slice(0, 256));
  if (text.includes('<')) {
    const zone = readShownNumber('passport', text);
    return zone.ok ? found('by-check-digits', ['documentNumber'], 'whole', numberForm(zone.value)) : zone;
  }
  if (LAST_FOUR.test(number)) {
    const fields = /\d$/.test(number) ? BOTH : (['documentNumber'] as const);
    return found('by-shape', fields, 'last-four', number);
  }
  const [id, card] = [parseChineseId(number).ok, parseCardNumber(number).ok];
  if (id) return found('by-check-digits', card ? BOTH : ['documentNumber'], 'whole', number);
  if (card) return found('by-check-digits', CARD_ONLY.test(number) ? ['cardNumber'] : BOTH, 'whole', number);
  if (WHOLE_ID.test(number) || CARD_ONLY.test(number)) return bad('check-digit');
  const other = readShownNumber('other', number);
  if (!other.ok) return other;
  return DIGITS.test(number) ? found('by-shape', ['documentNumber'], 'whole', number) : bad('characters');
}

const BOTH = ['documentNumber', 'cardNumber'] as const;

function found(
  sure: SoughtNumber['sure'],
  [first, ...more]: readonly [FindableField, ...FindableField[]],
  by: Sought['by'],
  number: string,
): Parsed<SoughtNumber> {
  const sought = (field: FindableField): Sought => ({ field, by, number });
  return { ok: true, value: { sure, sought: [sought(first), ...more.map(sought)] } };
}
