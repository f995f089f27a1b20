/** Why somebody looks at a sealed value (PIPL art. 6: a stated purpose), by class and role, and which comes first by what is being done. */
import { z } from 'zod';
import type { SealedClass } from '../model/classes.ts';
import type { Role, Stay } from '../model/entities.ts';
import type { BusinessDate } from '../model/ids.ts';
import type { GuestSealedField } from '../model/registry.ts';
import type { FieldAction } from './matrix.ts';

/** Stored in the access log. */
export const PURPOSES = [
  'check-in',
  'document-check',
  'lost-key',
  'correct-registration',
  'settle-folio',
  'issue-invoice',
  'payment-dispute',
  'prepare-arrival',
  'serve-request',
  'guest-asked',
  'authority-request',
  'emergency',
] as const;
export const Purpose = z.enum(PURPOSES);
export type Purpose = z.infer<typeof Purpose>;

interface PurposeRule {
  readonly classes: readonly SealedClass[];
  readonly roles: readonly Role[];
  readonly reason: string;
}

/** Who may state which purpose, for which class. A role reveals no class by this: matrix.ts says that. */
export const PURPOSE_RULES: { readonly [P in Purpose]: PurposeRule } = {
  'check-in': {
    classes: ['identity'],
    roles: ['receptionist', 'duty-manager'],
    reason: 'a hotel registers its guests by their documents',
  },
  'document-check': {
    classes: ['identity'],
    roles: ['receptionist', 'duty-manager'],
    reason: 'who stands at the desk is to be who is registered',
  },
  'lost-key': {
    classes: ['identity'],
    roles: ['receptionist', 'duty-manager'],
    reason: 'a second key goes to the guest of the room and to nobody else',
  },
  'correct-registration': {
    classes: ['identity'],
    roles: ['receptionist', 'duty-manager'],
    reason: 'what was registered wrongly is put right',
  },
  'settle-folio': {
    classes: ['payment'],
    roles: ['finance', 'duty-manager'],
    reason: 'the bill is paid by the card that was left for it',
  },
  'issue-invoice': {
    classes: ['payment'],
    roles: ['finance', 'duty-manager'],
    reason: 'an invoice carries the tax number',
  },
  'payment-dispute': {
    classes: ['payment'],
    roles: ['finance', 'duty-manager'],
    reason: 'a bank asks which card was charged',
  },
  'prepare-arrival': {
    classes: ['preference'],
    roles: ['concierge', 'duty-manager'],
    reason: 'what a guest cannot eat is known before the first meal',
  },
  'serve-request': {
    classes: ['preference'],
    roles: ['concierge', 'duty-manager'],
    reason: 'a wish is carried out by who knows it',
  },
  'guest-asked': {
    classes: ['identity', 'payment', 'preference'],
    roles: ['receptionist', 'concierge', 'finance', 'duty-manager'],
    reason: 'guests may learn what is on file about them (PIPL art. 45)',
  },
  'authority-request': {
    classes: ['identity', 'payment'],
    roles: ['duty-manager'],
    reason: 'one person answers the police, and checks the paper they bring',
  },
  emergency: {
    classes: ['identity', 'payment', 'preference'],
    roles: ['duty-manager'],
    reason: 'behind the broken glass the reason was typed for the whole stay',
  },
};

/** Comparing what a guest shows has one purpose, whatever is shown; so has looking behind the broken glass. */
export const COMPARE_PURPOSE: Purpose = 'document-check';
export const EMERGENCY_PURPOSE: Purpose = 'emergency';

/** The purposes that a role may do an action on a class for. */
export function purposesFor(action: FieldAction, dataClass: SealedClass, role: Role): readonly Purpose[] {
  if (action === 'field.compare') return [COMPARE_PURPOSE];
  if (action === 'field.emergency') return [EMERGENCY_PURPOSE];
  return PURPOSES.filter((purpose) => {
    const { classes, roles } = PURPOSE_RULES[purpose];
    return purpose !== EMERGENCY_PURPOSE && classes.includes(dataClass) && roles.includes(role);
  });
}

/** What is being done with a stay, as far as it can be told. */
export const DOINGS = ['expected', 'arriving', 'in-house', 'departing', 'over'] as const;
export type Doing = (typeof DOINGS)[number];

/** The list of the day that a record was opened from: it says more than the dates. */
export const DAY_LISTS = ['arrivals', 'inHouse', 'departures'] as const;
export type DayList = (typeof DAY_LISTS)[number];

/** A guest who leaves today and is opened from the list of those in house has perhaps lost the key, and does not settle the bill. */
export function doingWith(
  stay: Pick<Stay, 'status' | 'arrival' | 'departure'>,
  today: BusinessDate,
  from?: DayList,
): Doing {
  if (stay.status === 'reserved') return from === 'arrivals' || stay.arrival <= today ? 'arriving' : 'expected';
  if (stay.status !== 'in-house') return from === 'departures' ? 'departing' : 'over';
  if (from === 'arrivals') return 'arriving';
  if (from === 'inHouse') return 'in-house';
  return from === 'departures' || stay.departure <= today ? 'departing' : 'in-house';
}

type Suggestions = { readonly [D in Doing]: readonly Purpose[] };
const REGISTERED: Suggestions = {
  expected: ['check-in'],
  arriving: ['check-in', 'correct-registration'],
  'in-house': ['correct-registration', 'document-check'],
  departing: ['correct-registration', 'guest-asked'],
  over: ['guest-asked', 'correct-registration'],
};
/** What comes first, field by field: what people at a desk do with it then. The rest follows as it stands in PURPOSES. */
export const SUGGESTED: { readonly [F in GuestSealedField]: Suggestions } = {
  documentNumber: {
    expected: ['check-in'],
    arriving: ['check-in', 'document-check'],
    'in-house': ['document-check', 'lost-key'],
    departing: ['document-check', 'correct-registration'],
    over: ['guest-asked', 'correct-registration'],
  },
  dateOfBirth: { ...REGISTERED, 'in-house': ['lost-key', 'document-check'] },
  nationality: REGISTERED,
  documentAddress: REGISTERED,
  cardNumber: {
    expected: ['guest-asked'],
    arriving: ['settle-folio'],
    'in-house': ['settle-folio'],
    departing: ['settle-folio', 'issue-invoice'],
    over: ['payment-dispute', 'settle-folio'],
  },
  invoiceTaxNumber: {
    expected: ['issue-invoice'],
    arriving: ['issue-invoice'],
    'in-house': ['issue-invoice'],
    departing: ['issue-invoice', 'settle-folio'],
    over: ['issue-invoice', 'guest-asked'],
  },
  dietaryNeeds: {
    expected: ['prepare-arrival'],
    arriving: ['prepare-arrival', 'serve-request'],
    'in-house': ['serve-request'],
    departing: ['serve-request'],
    over: ['guest-asked'],
  },
};

/** The purposes that a role may reveal a field for, what fits what is being done first. */
export function suggestPurposes(
  {
    field,
    class: dataClass,
    role,
  }: { readonly field: GuestSealedField; readonly class: SealedClass; readonly role: Role },
  doing: Doing,
): Purpose[] {
  const may = purposesFor('field.reveal', dataClass, role);
  const first = SUGGESTED[field][doing].filter((purpose) => may.includes(purpose));
  return [...first, ...may.filter((purpose) => !first.includes(purpose))];
}
