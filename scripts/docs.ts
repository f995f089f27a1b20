/**
 * Writes docs/fields.md and docs/permissions.md from the field registry and the policy: `node scripts/docs.ts`. Nothing in them
 * is written by hand; a unit test holds the files to what this makes.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MaskKind, mask } from '../src-shared/mask/index.ts';
import { SEALED_CLASSES } from '../src-shared/model/classes.ts';
import { type EntityName, ROLES } from '../src-shared/model/entities.ts';
import {
  documentMaskKind,
  type FieldRule,
  GUEST_SEALED_FIELDS,
  REGISTRY,
  type Retention,
  type SearchKind,
} from '../src-shared/model/registry.ts';
import {
  ACTIONS,
  type Action,
  BUDGETS,
  COMPARE_PURPOSE,
  CONDITIONS,
  type Condition,
  DOINGS,
  EMERGENCY_PURPOSE,
  FIELD_ACTIONS,
  linesFor,
  PURPOSE_RULES,
  PURPOSES,
  REFUSAL_REASONS,
  type RefusalReason,
  RULES,
  type Rule,
  type Scope,
  SHIFT_GRACE_MINUTES,
  SUGGESTED,
} from '../src-shared/policy/index.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the examples are made of: fictitious, most of them from the standard of their kind. */
const EXAMPLES: { readonly [K in MaskKind]: readonly string[] } = {
  name: ['张三', '欧阳娜娜', 'John Smith'],
  phone: ['13812345678', '+44 7911 123456'],
  'chinese-id': ['11010519491231002X'],
  'chinese-id-strict': ['11010519491231002X'],
  passport: ['E12345678'],
  document: ['HX1234567'],
  card: ['4111 1111 1111 1111'],
  'bank-account': ['91990000123456780X'],
  email: ['zhang.san@example.com'],
  address: ['浙江省杭州市西湖区虚构路1号', '1 Sample Street, Fictionville, France'],
  date: ['1949-12-31'],
  plate: ['演A12345'],
  'free-text': ['any text'],
  none: [],
};

const KEPT: { readonly [R in Retention]: string } = {
  'while-employed': 'while employed',
  'while-enrolled': 'while enrolled',
  property: 'as long as the property',
  'stay+90d': '90 days after the last departure',
  'stay+3y': '3 years after the last departure',
  'stay+5y': '5 years after the last departure',
};

const FOUND: { readonly [S in SearchKind]: string } = {
  none: '–',
  exact: 'exactly',
  suffix: 'whole or by the last four',
  prefix: 'by its beginning; a name by every word, pinyin, initials, any two characters',
};

const SAID: { readonly [A in Action]: string } = {
  'guest.find': "see the day's lists and search guests (masked)",
  'stay.open': "open a guest's record",
  'note.write': 'write a note on a guest',
  'guest.change': "change a guest's basic data; sealed fields take the key of their class",
  'stay.change': 'change room and dates of a stay',
  'stay.check-in': 'check a guest in',
  'stay.check-out': 'check a guest out',
  'folio.read': 'see the folio of a stay: amounts and kinds',
  'folio.post': 'post a charge, a payment or a deposit, split a folio, take back a charge of the same day',
  'folio.post-room': 'post room and tax',
  'folio.refund': 'give money back, or take back a payment',
  'folio.adjust': 'adjust a folio, take back what was posted on another day, post to a folio after the departure',
  'stay.no-show': 'say that somebody who was expected did not come',
  'audit.roll': 'close the business day',
  'stay.create': 'make a reservation, or take in a guest without one',
  'stay.cancel': 'cancel a reservation, and take that back before the day of arrival is over',
  'room.set-status': 'say that a room is clean, dirty, inspected or out of order',
  'conflict.settle': 'settle what two have changed without knowing of one another',
  'field.mask': 'see the masks',
  'field.reveal': 'reveal a value',
  'field.compare': 'compare what the guest shows: match or no match',
  'field.take': 'take down what the guest shows, sealed as it is read',
  'field.emergency': 'reveal a value behind the broken glass',
  'field.find': 'find a guest by the number of a document or card',
  'guest.erase': 'erase a guest who has no current stay',
  'employee.enrol': 'enrol a person who works here; it gives no key',
  'keys.recover': 'take the class keys back from two recovery shares',
  'log.read': 'read the access log',
  'log.verify': 'check the access log',
  'grant.order': 'order that somebody is granted a key',
  'grant.withdraw': 'withdraw what somebody was entitled to',
  'employee.leave': 'end somebody’s employment',
  'key.tend': 'hand keys on as ordered, re-wrap what is sealed (the terminal does it)',
  'sync.review': 'see what sync refused',
  'terminal.view': 'see the hotel’s terminals',
  'terminal.enrol': 'make a code that enrols a terminal',
  'terminal.revoke': 'revoke a terminal',
  'terminal.wipe': 'have a terminal wiped',
  'case.open': 'give cause for a case',
  'case.review': 'see cases and close them',
  'break-glass.begin': 'break the glass of one stay',
  'break-glass.confirm': 'confirm on the spot that the glass is broken',
  'security-key.add': 'add a security key',
  'factor.renew': 'renew her own phone or recovery codes',
  'factor.reset': 'have somebody else’s second factor made anew',
  'security-key.remove': 'remove a security key',
  'password.change': 'change the password',
  'duress.set': 'set a password under duress',
};

const SCOPES: { readonly [S in Scope]: string } = { all: 'yes', own: 'her own' };

const CONDITION_SAID: { readonly [C in Condition]: string } = {
  'own-property': 'the employee works at this hotel',
  'stay-near':
    'the guest is in house, or the business date is at most N days before the arrival or after the departure; a cancelled stay or a no-show never is near',
  trained: "the day, by the hotel's calendar, is not after the last one of her training",
  'on-shift': `the time, by the hotel's clock, lies in one of her shifts, over midnight too, or within ${SHIFT_GRACE_MINUTES} minutes of it`,
  'policy-read': 'she has acknowledged the policy in force',
  budget: 'she has revealed fewer values of the class, within the hour and the day, than her budget has (below)',
  'glass-broken':
    'she has broken the glass of this very stay: a reason typed, a second person or a delay, a quarter of an hour',
  purpose: 'a purpose is stated that fits class and role',
  'second-factor':
    'the second factor was given within the session: the key of the class, or to find by it its search key, is in memory',
};

/** What a refusal says would help; a word for each, beside what decide() answers. */
const HELPS: { readonly [R in RefusalReason]: string } = {
  'signed-out': 'signing in',
  inactive: 'nothing',
  role: 'somebody of another role, who is named',
  'other-property': 'nothing',
  'stay-not-current':
    'somebody of another role, who is named; or another day, which is named; or breaking the glass; or nothing',
  'training-expired': 'the training',
  'off-shift': 'her shifts, which are named',
  'policy-not-acknowledged': 'acknowledging the version that is named',
  budget: 'waiting until the time that is named, or somebody of another role',
  'glass-whole': 'breaking the glass',
  'purpose-missing': 'stating a purpose',
  purpose: 'one of the purposes that fit',
  'not-granted': 'an order of the security officer or duty manager',
  'grant-pending': 'waiting until somebody who holds the key unlocks',
  'needs-unlock': 'the second factor',
};

const ORIGIN = 'Made by `node scripts/docs.ts`';

/** The pages by their path from the root of the project. */
export const PAGES = { 'docs/fields.md': fieldsPage, 'docs/permissions.md': permissionsPage } as const;

function fieldsPage(): string {
  const entities = (Object.keys(REGISTRY) as EntityName[]).map((entity) =>
    [
      `## ${entity}`,
      '',
      ...table(
        ['field', 'class', 'mask', 'found', 'kept'],
        Object.entries<FieldRule>(REGISTRY[entity]).map(([name, rule]) => [
          name,
          rule.class,
          describeMask(entity, name, rule),
          FOUND[rule.search],
          KEPT[rule.retention],
        ]),
      ),
    ].join('\n'),
  );
  return page(
    '# Fields',
    `${ORIGIN} from \`src-shared/model/registry.ts\`. Basic fields lie in clear inside the encrypted cache and on the server. Fields of`,
    'the other classes are sealed one by one under the key of their class; their mask is made with the ciphertext and travels with it.',
    'Sealed fields are found after the second factor, by a blind index that lies beside them. A list shows names and phones masked; the record being worked on shows basic fields in full. Ids are random and have no line.',
    '“Kept” is what the registry promises; nothing deletes by it yet.',
    '',
    entities.join('\n\n'),
  );
}

function permissionsPage(): string {
  return page(
    '# Permissions',
    `${ORIGIN} from \`src-shared/policy\`: one table of ${RULES.length} lines, and \`decide()\`, which interprets it on the terminal and on the`,
    'server; there is no other place. What no line allows is refused. The guard behind the table is the key: whoever may not reveal a class',
    'was never given its key. Whoever may find by a class and not reveal it has its search key, which opens nothing.',
    '',
    '## At a glance',
    '',
    ...table(['', ...ROLES], ACTIONS.flatMap(glance)),
    '',
    ...ROLES.flatMap((role) => [`## ${role}`, '', ...linesOf(RULES.filter((rule) => rule.role === role)), '']),
    '',
    '## Conditions',
    '',
    'They are decided by the same function on the terminal and on the server; the server decides a note as of when it was written. A condition',
    'that cannot be told, as in a time zone that the system does not know, does not hold.',
    '',
    ...table(
      ['condition', 'holds when'],
      CONDITIONS.map((condition) => [condition, CONDITION_SAID[condition]]),
    ),
    '',
    '## Refusals',
    '',
    'A refusal names one cause, the first of this list: what a person can do nothing about comes before what she can mend at once.',
    '',
    ...table(
      ['reason', 'what would help'],
      REFUSAL_REASONS.map((reason) => [reason, HELPS[reason]]),
    ),
    '',
    '## Purposes',
    '',
    `Comparing has one purpose, ${COMPARE_PURPOSE}. Whether something could be revealed can be asked without a purpose; revealing without one is refused.`,
    '',
    ...table(
      ['purpose', 'of class', 'stated by', 'because'],
      PURPOSES.map((purpose) => {
        const { classes, roles, reason } = PURPOSE_RULES[purpose];
        return [purpose, classes.join(', '), roles.join(', '), reason];
      }),
    ),
    '',
    `Behind the broken glass ${EMERGENCY_PURPOSE} is recorded without being asked. Otherwise those that fit what is being done come first,`,
    'for whoever may state them; the rest follows in the order above:',
    '',
    ...table(
      ['field', ...DOINGS],
      GUEST_SEALED_FIELDS.map((field) => [field, ...DOINGS.map((doing) => SUGGESTED[field][doing].join(', '))]),
    ),
    '',
    '## Budgets',
    '',
    'How many values an employee reveals within an hour and a day before she is told how many there were, before a case is opened for the',
    'security officer, and at most. Counted on each terminal by its access log. What is revealed behind the broken glass has its own case',
    'and is not counted.',
    '',
    ...table(
      ['role', 'class', 'hour: told · case · most', 'day: told · case · most', 'because'],
      BUDGETS.map(({ role, class: dataClass, hour, day, reason }) => [
        role,
        dataClass,
        `${hour.soft} · ${hour.case} · ${hour.stop}`,
        `${day.soft} · ${day.case} · ${day.stop}`,
        reason,
      ]),
    ),
  );
}

/** An action by role, class by class where it is about one. */
function glance(action: Action): readonly (readonly string[])[] {
  const ofFields = FIELD_ACTIONS.some((name) => name === action);
  return (ofFields ? SEALED_CLASSES : [null]).map((dataClass) => [
    dataClass === null ? SAID[action] : `${SAID[action]}: ${dataClass}`,
    ...ROLES.map((role) => {
      const line = linesFor(RULES, action, dataClass).find((rule) => rule.role === role);
      return line === undefined ? '–' : SCOPES[line.scope];
    }),
  ]);
}

function linesOf(rules: readonly Rule[]): readonly string[] {
  return table(
    ['may', 'of class', 'while', 'because'],
    rules.map((rule) => [
      `${SAID[rule.action]}${rule.scope === 'own' ? ` (${SCOPES.own})` : ''}`,
      rule.classes.join(', ') || '–',
      rule.conditions
        .map((condition) => (condition === 'stay-near' ? `stay-near, N = ${rule.withinDays}` : condition))
        .join(', '),
      rule.reason,
    ]),
  );
}

function describeMask(entity: EntityName, name: string, { mask: kind }: FieldRule): string {
  if (kind === 'none') return '–';
  const kinds =
    entity === 'guest' && name === 'documentNumber'
      ? (['chinese-id', 'passport', 'other'] as const).map(documentMaskKind)
      : [kind];
  return kinds
    .flatMap((each) => EXAMPLES[each].map((value) => `${value} → ${mask(each, value)}`))
    .join('; ')
    .replaceAll('*', '\\*');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function page(title: string, ...lines: readonly string[]): string {
  return `${[title, '', ...lines].join('\n')}\n`;
}

if (import.meta.main) {
  for (const [path, make] of Object.entries(PAGES)) writeFileSync(join(ROOT, path), make());
}
