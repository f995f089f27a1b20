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
  REGISTRY,
  type Retention,
  type SearchKind,
} from '../src-shared/model/registry.ts';
import {
  ACTIONS,
  type Action,
  CURRENT_STAY_DAYS,
  MATRIX,
  PURPOSES_OF,
  REVEALS,
  type Scope,
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

const SAID: { readonly [A in Exclude<Action, 'field.reveal'>]: string } = {
  'guest.find': "see the day's lists and search guests (masked)",
  'stay.open': "open a guest's record",
  'note.write': 'write a note on a guest',
  'guest.erase': 'erase a guest who has no current stay',
  'log.read': 'read the access log',
  'log.verify': 'check the access log',
  'sync.review': 'see what sync refused',
};

const SCOPES: { readonly [S in Scope]: string } = { all: 'yes', own: 'own entries' };

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
    'A list shows names and phones masked; the record being worked on shows basic fields in full. Ids are random and have no line.',
    '“Kept” is what the registry promises; nothing deletes by it yet.',
    '',
    entities.join('\n\n'),
  );
}

function permissionsPage(): string {
  const actions = ACTIONS.filter((action) => action !== 'field.reveal');
  return page(
    '# Permissions',
    `${ORIGIN} from \`src-shared/policy\`. \`decide()\` interprets these tables on the terminal and on the server; there is no other place.`,
    '',
    '## Who may do what',
    '',
    ...table(
      ['', ...ROLES],
      actions.map((action) => [
        SAID[action],
        ...ROLES.map((role) => {
          const scope = MATRIX[action][role];
          return scope === undefined ? '–' : SCOPES[scope];
        }),
      ]),
    ),
    '',
    '## Who may reveal which class',
    '',
    ...table(
      ['', ...ROLES],
      SEALED_CLASSES.map((dataClass) => [
        dataClass,
        ...ROLES.map((role) => (REVEALS[dataClass].includes(role) ? 'yes' : '–')),
      ]),
    ),
    '',
    'A reveal needs, besides the role: an active employee, a second factor given within the session (the key of the class is in memory),',
    `a purpose of the class, and a stay that is current: the guest is in house, or the business date is at most ${CURRENT_STAY_DAYS} days before the`,
    `arrival or ${CURRENT_STAY_DAYS} days after the departure, whatever became of the stay. The guard behind the table is the key: whoever is not`,
    'named here was never given it.',
    '',
    '## Purposes',
    '',
    ...table(
      ['class', 'purposes, the likeliest first'],
      SEALED_CLASSES.map((dataClass) => [dataClass, PURPOSES_OF[dataClass].join(', ')]),
    ),
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
