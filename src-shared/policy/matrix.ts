/**
 * Who may do what, as one table with the reason behind every line (DESIGN §4). decide.ts interprets it; tests and docs/permissions.md
 * are made from it. What no line allows is refused.
 */
import { SEALED_CLASSES, type SealedClass } from '../model/classes.ts';
import { type Entitlement, type GrantScope, ROLES, type Role } from '../model/entities.ts';

/** Actions on the sealed fields of a guest: allowed class by class, about one stay; finding, about whoever it may be. */
export const FIELD_ACTIONS = [
  'field.mask',
  'field.reveal',
  'field.compare',
  'field.take',
  'field.find',
  'field.emergency',
] as const;
export type FieldAction = (typeof FIELD_ACTIONS)[number];

export const ACTIONS = [
  'guest.find',
  'stay.open',
  'note.write',
  'guest.change',
  'stay.change',
  'stay.check-in',
  'stay.check-out',
  'stay.create',
  'stay.cancel',
  'room.set-status',
  'conflict.settle',
  'folio.read',
  'folio.post',
  'folio.post-room',
  'folio.refund',
  'folio.adjust',
  'stay.no-show',
  'audit.roll',
  ...FIELD_ACTIONS,
  'guest.erase',
  'employee.enrol',
  'keys.recover',
  'log.read',
  'log.verify',
  'sync.review',
  'case.open',
  'case.review',
  'break-glass.begin',
  'break-glass.confirm',
  'password.change',
  'duress.set',
  'security-key.add',
  'security-key.remove',
  'factor.renew',
  'factor.reset',
  'grant.order',
  'grant.withdraw',
  'employee.leave',
  'key.tend',
  'terminal.view',
  'terminal.enrol',
  'terminal.revoke',
  'terminal.wipe',
] as const;
export type Action = (typeof ACTIONS)[number];
export type PlainAction = Exclude<Action, FieldAction>;

/**
 * What narrows a line, in the order in which a refusal names them: first what the person can do nothing about, last what she can mend
 * at once. Nobody is sent to fetch her phone for a code to be told afterwards that it was the wrong day.
 */
export const CONDITIONS = [
  'own-property',
  'stay-near',
  'trained',
  'on-shift',
  'policy-read',
  'budget',
  'glass-broken',
  'purpose',
  'second-factor',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** `own` narrows the action to what the employee did herself. */
export type Scope = 'all' | 'own';

export interface Rule {
  readonly role: Role;
  readonly action: Action;
  /** Classes it is about; empty for actions that are not about a sealed field. */
  readonly classes: readonly SealedClass[];
  readonly scope: Scope;
  readonly conditions: readonly Condition[];
  /** For `stay-near`: days before the arrival and after the departure within which a stay is near. */
  readonly withinDays: number;
  readonly reason: string;
}

/** A shift is entered early and left late by this much: the handover of a desk is work too. */
export const SHIFT_GRACE_MINUTES = 30;

const HOUSE = ['own-property'] as const;
const ON_DUTY = [...HOUSE, 'on-shift'] as const;
/** What leaves a trace with the guest or opens a secret: by people who were taught how, and know the rules in force. */
const ENTRUSTED = [...ON_DUTY, 'trained', 'policy-read'] as const;
const SECRET = [...ENTRUSTED, 'stay-near', 'purpose', 'second-factor'] as const;
/** Whatever the day, the hour and her papers: the second pair of eyes, the officer and the key are what is left. */
const EMERGENCY = [...HOUSE, 'glass-broken', 'purpose', 'second-factor'] as const;

const does = (role: Role, action: PlainAction, conditions: Rule['conditions'], reason: string): Rule => ({
  role,
  action,
  classes: [],
  scope: 'all',
  conditions,
  withinDays: 0,
  reason,
});
const readsOwnLog = (role: Role): Rule => ({
  ...does(role, 'log.read', HOUSE, 'whoever is recorded may see what is recorded of her (PIPL art. 45)'),
  scope: 'own',
});
/** For roles that have something to unlock, if only to find by. A lost key is removed at any hour. */
const keepsOwnKeys = (role: Role): readonly Rule[] => [
  {
    ...does(
      role,
      'security-key.add',
      ON_DUTY,
      'a key opens without a code and without the line; she adds it for herself only',
    ),
    scope: 'own',
  },
  { ...does(role, 'security-key.remove', HOUSE, 'a lost key is taken back at once, at whatever hour'), scope: 'own' },
  {
    ...does(role, 'factor.renew', HOUSE, 'a new phone, or new codes on paper: by a factor that she still has'),
    scope: 'own',
  },
];
const sees = (role: Role, classes: Rule['classes'], reason: string): Rule => ({
  ...does(role, 'stay.open', ON_DUTY, reason),
  action: 'field.mask',
  classes,
});
/** Whoever is found is a mask in a list: no stay and no purpose narrow it, but it is a secret's key that finds. */
const finds = (role: Role, classes: Rule['classes'], reason: string): Rule => ({
  ...does(role, 'guest.find', [...ENTRUSTED, 'second-factor'], reason),
  action: 'field.find',
  classes,
});
const opens = (
  role: Role,
  action: 'field.reveal' | 'field.compare',
  classes: Rule['classes'],
  withinDays: number,
  reason: string,
): Rule => ({
  role,
  action,
  classes,
  scope: 'all',
  // What a comparison gives is a yes or no; how often is limited by its own count.
  conditions: action === 'field.reveal' ? [...SECRET, 'budget'] : SECRET,
  withinDays,
  reason,
});
/** What a guest shows is sealed as it is read, and nobody sees more of it than the mask: that is its purpose, whatever else is done. */
const takes = (role: Role, classes: Rule['classes'], withinDays: number, reason: string): Rule => ({
  ...opens(role, 'field.compare', classes, withinDays, reason),
  action: 'field.take',
  conditions: [...ENTRUSTED, 'stay-near', 'second-factor'],
});
const confirms = (role: Role, reason: string): Rule =>
  does(role, 'break-glass.confirm', [...HOUSE, 'trained', 'policy-read'], reason);

const ordersGrants = (role: Role, reason: string): Rule[] => [
  does(role, 'grant.order', ENTRUSTED, reason),
  does(
    role,
    'factor.reset',
    ENTRUSTED,
    'sees who stands there who lost phone and codes, and orders anew what she held; the secret is hers alone',
  ),
  does(role, 'grant.withdraw', HOUSE, 'takes a key away at any hour: it must not wait for a shift'),
  does(role, 'employee.leave', HOUSE, 'shuts out whoever leaves, at the hour she leaves'),
];
/** Terminals are shut out at any hour: a thief does not wait for a shift. */
const keepsTerminals = (role: Role): Rule[] => [
  does(role, 'terminal.view', HOUSE, 'knows which terminals there are and whether they are well; it shows no guest'),
  does(role, 'terminal.enrol', HOUSE, 'sets terminals up; a terminal by itself opens nothing'),
  does(role, 'terminal.revoke', HOUSE, 'shuts out what was lost or stolen, at the hour it is missed'),
  does(role, 'terminal.wipe', HOUSE, 'has what was stolen destroyed; what it had not sent is lost, and counted'),
];
const tendsKeys = (role: Role): Rule =>
  does(role, 'key.tend', HOUSE, 'her unlocked terminal hands keys on as ordered and re-wraps what is sealed, unseen');
/** What a day at the desk changes. It lies in clear on the server, and a guest answers for it with the police. */
const worksAtDesk = (role: Role, reason: string): readonly Rule[] => [
  ...(
    [
      'guest.change',
      'stay.change',
      'stay.check-in',
      'stay.check-out',
      'stay.create',
      'stay.cancel',
      'conflict.settle',
    ] as const
  ).map((action) => does(role, action, ENTRUSTED, reason)),
  does(role, 'room.set-status', ON_DUTY, 'hears from housekeeping that a room is ready, or is not'),
];
/** Amounts are basic: no line of a folio names a card. Who may do what with money follows the till, not the data. */
const keepsFolios = (role: Role, reason: string): readonly Rule[] => [
  does(role, 'folio.read', ON_DUTY, reason),
  does(role, 'folio.post', ENTRUSTED, reason),
];
const mendsFolios = (role: Role): readonly Rule[] => [
  does(role, 'folio.refund', ENTRUSTED, 'gives money back, or takes a payment back: never whoever took it, alone'),
  does(role, 'folio.adjust', ENTRUSTED, 'answers for what was charged, also on a day that is closed'),
];
const closesDays = (role: Role): readonly Rule[] => [
  does(role, 'folio.post-room', ENTRUSTED, 'posts what the night owes: room and tax are no charges of the desk'),
  does(role, 'stay.no-show', ENTRUSTED, 'judges at the end of the day who did not come'),
  does(role, 'audit.roll', ENTRUSTED, 'closes the day; nobody else is there, or answers for it'),
];
/** A terminal reports what must be looked at, whoever works there: that is no right, and nobody is without it. */
const isReported = (role: Role): Rule =>
  does(role, 'case.open', HOUSE, 'what her work gives cause to look at comes before the security officer');

/** Whoever has a password keeps it herself, at whatever hour: nobody waits with one that somebody has seen. */
const keepsOwnPassword = (role: Role): readonly Rule[] => [
  {
    ...does(role, 'password.change', HOUSE, 'a password that somebody may have seen is changed at once'),
    scope: 'own',
  },
  {
    ...does(role, 'duress.set', HOUSE, 'anybody at a desk can be made to sign in; she needs nobody’s leave for help'),
    scope: 'own',
  },
];

export const RULES: readonly Rule[] = [
  ...ROLES.map(isReported),
  ...ROLES.flatMap(keepsOwnPassword),

  does('receptionist', 'guest.find', ON_DUTY, 'finds whoever stands at the desk or calls; lists are masked'),
  does('receptionist', 'stay.open', ON_DUTY, 'arrival, stay and departure are her work'),
  does('receptionist', 'note.write', ENTRUSTED, 'hands over to the next shift; a note lies in clear on the server'),
  ...worksAtDesk('receptionist', 'takes guests in, moves them and lets them go; nothing sealed is opened by it'),
  ...keepsFolios('receptionist', 'charges what was had and takes payment at the desk'),
  sees('receptionist', SEALED_CLASSES, 'tells a document, a card or a wish on file from none, without reading it'),
  opens(
    'receptionist',
    'field.reveal',
    ['identity'],
    2,
    'registers the documents of guests who come, stay or just left',
  ),
  opens(
    'receptionist',
    'field.compare',
    ['identity'],
    2,
    'knows a guest by the document shown, without seeing the one on file',
  ),
  takes('receptionist', ['identity'], 2, 'registers the document of whoever comes (police registration)'),
  confirms('receptionist', 'stands beside her at the desk, and sees that there is an emergency'),
  finds('receptionist', ['identity'], 'scans the document of whoever comes, and has the guest'),
  readsOwnLog('receptionist'),
  ...keepsOwnKeys('receptionist'),
  does('receptionist', 'log.verify', HOUSE, 'anybody at the desk may check the chain; it shows no entry'),
  tendsKeys('receptionist'),
  does('receptionist', 'sync.review', HOUSE, 'sees that her work did not arrive; field names, no values'),

  does('concierge', 'guest.find', ON_DUTY, 'finds the guest who asks for something; lists are masked'),
  does('concierge', 'stay.open', ON_DUTY, 'room and dates say where and when to serve'),
  does('concierge', 'note.write', ENTRUSTED, 'passes on what was asked for; a note lies in clear on the server'),
  sees(
    'concierge',
    ['preference'],
    'tells that there is a wish; documents and cards are not her business, not even masked',
  ),
  opens('concierge', 'field.reveal', ['preference'], 3, 'prepares what a guest needs before the arrival'),
  tendsKeys('concierge'),
  readsOwnLog('concierge'),
  ...keepsOwnKeys('concierge'),

  does('night-auditor', 'guest.find', ON_DUTY, 'late arrivals and the list of the house; lists are masked'),
  does(
    'night-auditor',
    'stay.open',
    ON_DUTY,
    'checks that every room has a rate and a person; rates and totals are basic',
  ),
  does('night-auditor', 'note.write', ENTRUSTED, 'leaves word for the morning; a note lies in clear on the server'),
  ...worksAtDesk('night-auditor', 'is the only one at the desk at night; nothing sealed is opened by it'),
  ...keepsFolios('night-auditor', 'is the only one at the desk at night, and balances the day'),
  ...closesDays('night-auditor'),
  sees('night-auditor', ['identity'], 'checks that every guest is registered; the mask is enough for that'),
  confirms('night-auditor', 'is the only other person there at night'),
  finds(
    'night-auditor',
    ['identity'],
    'tells by a document found, or shown at night, whether its holder may be a guest; the key finds and opens nothing',
  ),
  readsOwnLog('night-auditor'),
  ...keepsOwnKeys('night-auditor'),
  does(
    'night-auditor',
    'sync.review',
    HOUSE,
    'closes the day: what did not arrive is part of it; field names, no values',
  ),

  does('finance', 'guest.find', ON_DUTY, 'finds the stay that a payment belongs to; lists are masked'),
  does('finance', 'stay.open', ON_DUTY, 'one stay at a time, for its bill'),
  ...keepsFolios('finance', 'answers for every bill'),
  ...mendsFolios('finance'),
  sees('finance', ['payment'], 'card by its last four; documents and diets are not her business, not even masked'),
  opens(
    'finance',
    'field.reveal',
    ['payment'],
    90,
    'disputes and invoices come for a quarter of a year, as long as a card is kept',
  ),
  opens(
    'finance',
    'field.compare',
    ['payment'],
    90,
    'knows a card by the one presented, without seeing the one on file',
  ),
  tendsKeys('finance'),
  finds('finance', ['payment'], 'a dispute names a card, or its last four, and seldom a guest'),
  readsOwnLog('finance'),
  ...keepsOwnKeys('finance'),

  does(
    'security-officer',
    'log.read',
    HOUSE,
    'reads unusual accesses daily (PCI DSS 10.4); guests are masks there, values are nowhere',
  ),
  does('security-officer', 'log.verify', HOUSE, 'answers for the log being whole'),
  does(
    'security-officer',
    'case.review',
    HOUSE,
    'looks into what was out of the ordinary and closes it with a finding; nobody else knows of it',
  ),
  confirms('security-officer', 'answers for what is looked at, and may be called at any hour'),
  does(
    'security-officer',
    'guest.erase',
    ENTRUSTED,
    'answers guests who ask to be forgotten (PIPL art. 47); sees no value',
  ),
  ...ordersGrants('security-officer', 'answers for who holds which key; orders it, and holds none'),
  ...keepsTerminals('security-officer'),
  does('security-officer', 'employee.enrol', HOUSE, 'knows who works here; enrolling gives no key of any class'),
  ...keepsOwnKeys('security-officer'),

  does('duty-manager', 'guest.find', HOUSE, 'is called at any hour, and finds the guest; lists are masked'),
  does('duty-manager', 'stay.open', HOUSE, 'is called at any hour; what is sealed still asks for her shift'),
  does('duty-manager', 'note.write', ENTRUSTED, 'writes down what was agreed; a note lies in clear on the server'),
  ...worksAtDesk('duty-manager', 'stands in at the desk; nothing sealed is opened by it'),
  ...keepsFolios('duty-manager', 'stands in at the desk'),
  ...mendsFolios('duty-manager'),
  ...closesDays('duty-manager'),
  sees('duty-manager', SEALED_CLASSES, 'knows what is on file before anything is opened'),
  opens('duty-manager', 'field.reveal', SEALED_CLASSES, 7, 'stands in for every desk when nobody of it is there'),
  opens(
    'duty-manager',
    'field.compare',
    ['identity', 'payment'],
    7,
    'settles who a guest is, without seeing what is on file',
  ),
  takes('duty-manager', ['identity'], 7, 'stands in at the desk, and registers whoever comes'),
  finds('duty-manager', ['identity', 'payment'], 'stands in for every desk when nobody of it is there'),
  does(
    'duty-manager',
    'break-glass.begin',
    HOUSE,
    'an emergency asks for no date and no shift; it asks for a reason, a second person or a delay, and is looked into',
  ),
  {
    ...does('duty-manager', 'stay.open', EMERGENCY, 'helps one guest in an emergency, for a quarter of an hour'),
    action: 'field.emergency',
    classes: SEALED_CLASSES,
  },
  confirms('duty-manager', 'a second manager knows what is asked of her'),
  does(
    'duty-manager',
    'guest.erase',
    ENTRUSTED,
    'carries out what a guest who asks to be forgotten is owed (PIPL art. 47)',
  ),
  ...ordersGrants('duty-manager', 'named by the hotel to order grants when the officer is not there'),
  tendsKeys('duty-manager'),
  does('duty-manager', 'employee.enrol', HOUSE, 'somebody new begins when no officer is there; it gives no key'),
  does('duty-manager', 'keys.recover', HOUSE, 'takes the keys that two keepers and the officer give back to her'),
  readsOwnLog('duty-manager'),
  ...keepsOwnKeys('duty-manager'),
  does('duty-manager', 'log.verify', HOUSE, 'anybody in charge may check the chain; it shows no entry'),
  does('duty-manager', 'sync.review', HOUSE, 'sees what did not arrive; field names, no values'),

  readsOwnLog('it'),
  ...keepsTerminals('it'),
  does('it', 'log.verify', HOUSE, 'tells a damaged file from a forged one; it shows no entry'),
  does('it', 'sync.review', HOUSE, 'finds out why the server and a terminal disagree; field names, no values'),
];

/** The lines about an action, of a class where it is about one. */
export function linesFor(rules: readonly Rule[], action: Action, dataClass: SealedClass | null): readonly Rule[] {
  return rules.filter(
    (rule) =>
      rule.action === action && (dataClass === null ? rule.classes.length === 0 : rule.classes.includes(dataClass)),
  );
}

const rolesWith = (action: FieldAction, dataClass: SealedClass): readonly Role[] => {
  const lines = linesFor(RULES, action, dataClass);
  return ROLES.filter((role) => lines.some((rule) => rule.role === role));
};

/** Which roles may reveal a class: they, and nobody else, are given its key. The key is the guard, the table the good manners. */
export const REVEALS: { readonly [C in SealedClass]: readonly Role[] } = {
  identity: rolesWith('field.reveal', 'identity'),
  payment: rolesWith('field.reveal', 'payment'),
  preference: rolesWith('field.reveal', 'preference'),
};

/** What a role is granted of a class: the key that opens, the one that only finds, or none. */
export function grantedScope(role: Role, dataClass: SealedClass): GrantScope | null {
  if (REVEALS[dataClass].includes(role)) return 'see';
  return rolesWith('field.find', dataClass).includes(role) ? 'search' : null;
}

/** Classes whose sealed numbers a role looks for at all, whatever the hour: for what a screen offers. */
export function findableClasses(role: Role): readonly SealedClass[] {
  return SEALED_CLASSES.filter((dataClass) => rolesWith('field.find', dataClass).includes(role));
}

/** Whether a role may be entitled at all: to a class it may reveal or find by, or to order if that is its work. */
export function mayHold(role: Role, { scope, class: dataClass }: Pick<Entitlement, 'scope' | 'class'>): boolean {
  if (dataClass === null) return scope === 'order' && hasInItsWork(role, 'grant.order');
  return scope === 'see' ? REVEALS[dataClass].includes(role) : rolesWith('field.find', dataClass).includes(role);
}

/** Whether a role has an action in its work at all, whatever the hour: for menus. Whether now, {@link decide} says. */
export function hasInItsWork(role: Role, action: PlainAction): boolean {
  return linesFor(RULES, action, null).some((rule) => rule.role === role);
}
