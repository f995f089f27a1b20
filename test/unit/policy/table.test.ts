/** The whole table: every role, action, class and combination of conditions, and what no table can do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEALED_CLASSES } from '../../../src-shared/model/classes.ts';
import { ROLES, STAY_STATUSES } from '../../../src-shared/model/entities.ts';
import {
  ACTIONS,
  type Actor,
  BUDGETS,
  CONDITIONS,
  type Context,
  decide,
  decideBy,
  FIELD_ACTIONS,
  linesFor,
  type Purpose,
  purposesFor,
  type Question,
  REFUSAL_REASONS,
  REVEALS,
  type RefusalReason,
  type Resource,
  RULES,
  type Rule,
} from '../../../src-shared/policy/index.ts';
import { actor, at, context, day, ELSEWHERE, HERE, resource } from './builders.ts';

const isField = (action: string) => FIELD_ACTIONS.some((name) => name === action);

const NO_KEYS = { unlocked: [], searchable: [] };

/** What can be wrong, each with the cause it gives; a line that does not ask for it does not mind. */
const WRONGS = {
  'other-property': (asked: Asked) => ({ ...asked, actor: { ...asked.actor, propertyId: ELSEWHERE } }),
  'stay-not-current': (asked: Asked) => ({
    ...asked,
    resource: asked.resource && {
      ...asked.resource,
      stay: { status: 'departed' as const, arrival: day('2020-01-01'), departure: day('2020-01-02') },
    },
  }),
  'training-expired': (asked: Asked) => ({ ...asked, actor: { ...asked.actor, trainedUntil: '2026-03-13' } }),
  'off-shift': (asked: Asked) => ({ ...asked, context: { ...asked.context, local: at('20:00') } }),
  'policy-not-acknowledged': (asked: Asked) => ({ ...asked, actor: { ...asked.actor, policyAcknowledged: 3 } }),
  budget: (asked: Asked) => ({
    ...asked,
    context: { ...asked.context, spent: { hour: 10_000, day: 10_000, freesAt: 1 } },
  }),
  'glass-whole': (asked: Asked) => ({ ...asked, context: { ...asked.context, glass: 'whole' as const } }),
  'purpose-missing': (asked: Asked) => {
    const { purpose: _, ...rest } = asked.context;
    return { ...asked, context: rest };
  },
  'needs-unlock': (asked: Asked) => ({ ...asked, actor: { ...asked.actor, ...NO_KEYS } }),
} as const satisfies Partial<Record<RefusalReason, (asked: Asked) => Asked>>;
type Wrong = keyof typeof WRONGS;

interface Asked {
  readonly actor: Actor;
  readonly action: Rule['action'];
  readonly resource: Resource | null;
  readonly context: Context;
}

const allBut = (...wrongs: readonly Wrong[]) =>
  (Object.keys(WRONGS) as Wrong[]).filter((wrong) => !wrongs.includes(wrong));

/** Which wrongs a kind of action minds: written here once more, in words of its own. */
const MINDS: { readonly [A in Rule['action']]: readonly Wrong[] } = {
  'guest.find': ['other-property', 'off-shift'],
  'stay.open': ['other-property', 'off-shift'],
  'note.write': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'guest.change': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'stay.change': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'stay.check-in': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'stay.check-out': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'stay.create': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'stay.cancel': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'conflict.settle': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'folio.read': ['other-property', 'off-shift'],
  'folio.post': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'folio.post-room': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'folio.refund': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'folio.adjust': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'stay.no-show': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'audit.roll': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'room.set-status': ['other-property', 'off-shift'],
  'guest.erase': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'employee.enrol': ['other-property'],
  'keys.recover': ['other-property'],
  'field.mask': ['other-property', 'off-shift'],
  'field.reveal': allBut('glass-whole'),
  'field.compare': allBut('glass-whole', 'budget'),
  'field.take': allBut('glass-whole', 'budget', 'purpose-missing'),
  'field.emergency': ['other-property', 'glass-whole', 'purpose-missing', 'needs-unlock'],
  'field.find': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged', 'needs-unlock'],
  'log.read': ['other-property'],
  'log.verify': ['other-property'],
  'sync.review': ['other-property'],
  'grant.order': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
  'grant.withdraw': ['other-property'],
  'employee.leave': ['other-property'],
  'key.tend': ['other-property'],
  'case.open': ['other-property'],
  'case.review': ['other-property'],
  'break-glass.begin': ['other-property'],
  'break-glass.confirm': ['other-property', 'training-expired', 'policy-not-acknowledged'],
  'security-key.add': ['other-property', 'off-shift'],
  'security-key.remove': ['other-property'],
  'terminal.view': ['other-property'],
  'terminal.enrol': ['other-property'],
  'terminal.revoke': ['other-property'],
  'terminal.wipe': ['other-property'],
  'password.change': ['other-property'],
  'duress.set': ['other-property'],
  'factor.renew': ['other-property'],
  'factor.reset': ['other-property', 'training-expired', 'off-shift', 'policy-not-acknowledged'],
};

/** A duty manager is called at any hour: lists and records, without what is sealed. */
const atAnyHour = (role: Rule['role'], action: Rule['action']) =>
  role === 'duty-manager' && (action === 'guest.find' || action === 'stay.open');

describe('the table', () => {
  it('decides every role, action, class and combination of what can be wrong, and names the first cause', () => {
    const wrongs = Object.keys(WRONGS) as Wrong[];
    let asked = 0;
    for (const role of ROLES)
      for (const action of ACTIONS)
        for (const dataClass of isField(action) ? SEALED_CLASSES : [null])
          for (let which = 0; which < 2 ** wrongs.length; which++) {
            const made = wrongs.filter((_, bit) => which & (1 << bit));
            const whole: Asked = {
              actor: actor(role),
              action,
              resource: dataClass && resource(dataClass),
              context: context(dataClass === null ? {} : purposeOf(action, dataClass, role)),
            };
            const spoilt = made.reduce<Asked>((before, wrong) => WRONGS[wrong](before), whole);
            const mayEver = linesFor(RULES, action, dataClass).some((rule) => rule.role === role);
            const minded = made.filter(
              (wrong) => MINDS[action].includes(wrong) && !(wrong === 'off-shift' && atAnyHour(role, action)),
            );
            const first = REFUSAL_REASONS.find((reason) => minded.some((wrong) => wrong === reason));
            const expected = mayEver ? (first ?? 'allowed') : 'role';
            const decision = decide(spoilt.actor, action, spoilt.resource, spoilt.context);
            const got = decision.allowed ? 'allowed' : decision.reason;
            if (got !== expected) expect.fail(`${role} ${action} ${dataClass} [${made}]: ${got}, not ${expected}`);
            asked += 1;
          }
    expect(asked).toBe(ROLES.length * (ACTIONS.length - FIELD_ACTIONS.length + 6 * 3) * 2 ** 9);
  });

  it('has a reason behind every line, every line once, and the own hotel in all of them', () => {
    const places = RULES.flatMap(({ role, action, classes }) =>
      (classes.length === 0 ? [null] : classes).map((dataClass) => `${role} ${action} ${dataClass}`),
    );
    expect(new Set(places).size).toBe(places.length);
    for (const { role, action, reason, conditions, classes, withinDays } of RULES) {
      expect(reason.length, `${role} ${action}`).toBeGreaterThan(20);
      expect(conditions).toContain('own-property');
      expect(classes.length > 0).toBe(isField(action));
      expect(withinDays > 0).toBe(conditions.includes('stay-near'));
      expect(new Set(conditions).size).toBe(conditions.length);
    }
  });

  it('lets nobody open a value, or compare with it, without second factor, purpose, training, policy, shift and stay', () => {
    const needed = CONDITIONS.filter((condition) => condition !== 'glass-broken');
    for (const { action, conditions } of RULES) {
      if (action === 'field.reveal') expect([...conditions].sort()).toEqual([...needed].sort());
      if (action === 'field.compare') expect([...conditions, 'budget'].sort()).toEqual([...needed].sort());
    }
  });

  it('lets a duty manager open a value in an emergency with glass, purpose and second factor, and nobody else', () => {
    const lines = RULES.filter(({ action }) => action === 'field.emergency');
    expect(lines.map(({ role, conditions }) => [role, conditions])).toEqual([
      ['duty-manager', ['own-property', 'glass-broken', 'purpose', 'second-factor']],
    ]);
  });

  it('has a budget for whoever reveals a class, and none for who does not; each step comes before the next', () => {
    const places = BUDGETS.map((budget) => `${budget.role} ${budget.class}`);
    const revealing = SEALED_CLASSES.flatMap((dataClass) => REVEALS[dataClass].map((role) => `${role} ${dataClass}`));
    expect(places.sort()).toEqual(revealing.sort());
    for (const { hour, day: inDay, reason } of BUDGETS) {
      for (const { soft, case: opensCase, stop } of [hour, inDay])
        expect([soft, opensCase, stop]).toEqual([soft, opensCase, stop].sort((a, b) => a - b));
      expect(hour.stop).toBeLessThan(inDay.stop);
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  it('lets nobody compare who could not reveal, since both take the key, and nobody reveal who may not see the mask', () => {
    for (const { action, role, classes } of RULES)
      for (const dataClass of classes) {
        if (action === 'field.compare' || action === 'field.take') expect(REVEALS[dataClass]).toContain(role);
        if (action === 'field.reveal')
          expect(linesFor(RULES, 'field.mask', dataClass).map((rule) => rule.role)).toContain(role);
      }
  });

  it('has nothing of a guest for IT, and no guest’s secret for the security officer', () => {
    const actions = (role: Rule['role']) => RULES.filter((rule) => rule.role === role).map(({ action }) => action);
    expect(actions('it')).toEqual([
      'case.open',
      'password.change',
      'duress.set',
      'log.read',
      'terminal.view',
      'terminal.enrol',
      'terminal.revoke',
      'terminal.wipe',
      'log.verify',
      'sync.review',
    ]);
    expect(actions('security-officer')).toEqual([
      'case.open',
      'password.change',
      'duress.set',
      'log.read',
      'log.verify',
      'case.review',
      'break-glass.confirm',
      'guest.erase',
      'grant.order',
      'factor.reset',
      'grant.withdraw',
      'employee.leave',
      'terminal.view',
      'terminal.enrol',
      'terminal.revoke',
      'terminal.wipe',
      'employee.enrol',
      'security-key.add',
      'security-key.remove',
      'factor.renew',
    ]);
  });
});

function purposeOf(
  action: Rule['action'],
  dataClass: (typeof SEALED_CLASSES)[number],
  role: Rule['role'],
): { purpose?: Purpose } {
  const field = FIELD_ACTIONS.find((name) => name === action);
  const purpose = field && purposesFor(field, dataClass, role)[0];
  return purpose === undefined ? {} : { purpose };
}

const anyDay = fc
  .date({ min: new Date('2026-02-20'), max: new Date('2026-04-10'), noInvalidDate: true })
  .map((date) => day(date.toISOString().slice(0, 10)));
const clock = fc.nat({ max: 1439 }).map((minute) => {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
});
const classes = fc.subarray([...SEALED_CLASSES]);
const purposes = fc.constantFrom<Purpose>(
  'check-in',
  'settle-folio',
  'serve-request',
  'document-check',
  'emergency',
  'guest-asked',
);

const anyActor: fc.Arbitrary<Actor> = fc.record({
  role: fc.constantFrom(...ROLES),
  active: fc.boolean(),
  propertyId: fc.constantFrom(HERE, ELSEWHERE),
  shifts: fc.array(fc.record({ begins: clock, ends: clock }), { maxLength: 3 }),
  trainedUntil: anyDay,
  policyAcknowledged: fc.nat({ max: 5 }),
  unlocked: classes,
  searchable: classes,
});
const anyQuestion: fc.Arbitrary<Question> = fc.record({
  actor: fc.option(anyActor, { freq: 20 }),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.option(
    fc.record({
      class: fc.constantFrom(...SEALED_CLASSES),
      stay: fc.option(fc.record({ status: fc.constantFrom(...STAY_STATUSES), arrival: anyDay, departure: anyDay }), {
        freq: 10,
      }),
    }),
    { freq: 10 },
  ),
  context: fc
    .record(
      {
        propertyId: fc.constantFrom(HERE, ELSEWHERE),
        businessDate: anyDay,
        policyVersion: fc.nat({ max: 5 }),
        local: fc.option(fc.record({ date: anyDay as fc.Arbitrary<string>, minute: fc.nat({ max: 1439 }) })),
        purpose: purposes,
        spent: fc.record({ hour: fc.nat({ max: 70 }), day: fc.nat({ max: 300 }), freesAt: fc.option(fc.nat()) }),
        glass: fc.constantFrom('whole' as const, 'broken' as const),
      },
      { requiredKeys: ['propertyId', 'businessDate', 'policyVersion', 'local'] },
    )
    .map((made) => made as Context),
});
/** As anyQuestion, but nearly everything holds: so that tables which allow are asked too. */
const kindQuestion: fc.Arbitrary<Question> = anyQuestion.map(({ action, resource: about, context: where }) => ({
  action,
  resource: about ?? resource('identity'),
  context: { ...where, propertyId: HERE },
  actor: actor('duty-manager', { shifts: [{ begins: '00:00', ends: '00:00' }] }),
}));

const anyRule: fc.Arbitrary<Rule> = fc
  .record({
    role: fc.constantFrom(...ROLES),
    action: fc.constantFrom(...ACTIONS),
    classes,
    scope: fc.constantFrom('all' as const, 'own' as const),
    conditions: fc.subarray([...CONDITIONS]),
    withinDays: fc.nat({ max: 40 }),
    reason: fc.constant('a made-up line'),
  })
  .map((rule) => ({ ...rule, classes: isField(rule.action) ? rule.classes : [] }));

const questions = fc.oneof(anyQuestion, kindQuestion);

describe('the search key', () => {
  it('finds and does nothing else, and the key that opens finds nothing by itself', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const who = question.actor;
        if (who === null || !isField(question.action) || question.action === 'field.mask') return;
        const withKeys = (held: Partial<Actor>) =>
          decideBy(RULES, { ...question, actor: { ...who, ...NO_KEYS, ...held } }).allowed;
        if (withKeys({ searchable: SEALED_CLASSES })) expect(question.action).toBe('field.find');
        if (withKeys({ unlocked: SEALED_CLASSES })) expect(question.action).not.toBe('field.find');
      }),
      { numRuns: 2_000 },
    );
  });
});

/** A line about the question, so that there is something to be narrowed. */
function lineFor({ actor: who, action, resource: about }: Question): Rule {
  const role = who?.role ?? 'it';
  const line = {
    role,
    action,
    classes: [],
    scope: 'all',
    conditions: [],
    withinDays: 9,
    reason: 'a made-up line',
  } as const;
  return about !== null && isField(action) ? { ...line, classes: [about.class] } : line;
}

describe('no table and no question', () => {
  it('is widened by one condition more', () => {
    let allowed = 0;
    fc.assert(
      fc.property(
        fc.array(anyRule, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...CONDITIONS),
        questions,
        (made, condition, question) => {
          const rules = [...made.slice(1), lineFor(question)];
          const narrowed = rules.map((rule) => ({ ...rule, conditions: [...rule.conditions, condition] }));
          if (!decideBy(narrowed, question).allowed) return;
          allowed += 1;
          expect(decideBy(rules, question).allowed).toBe(true);
        },
      ),
      { numRuns: 6_000 },
    );
    expect(allowed).toBeGreaterThan(1_000);
  });

  it('is widened by unlocking: what is allowed with every key was allowed with the key of its class alone, to a role with a line', () => {
    let allowed = 0;
    fc.assert(
      fc.property(questions, (question) => {
        const who = question.actor;
        if (who === null) return;
        const keys = (held: Actor['unlocked']) => ({ ...who, unlocked: held, searchable: held });
        const everything = decideBy(RULES, { ...question, actor: keys(SEALED_CLASSES) });
        if (!everything.allowed) return;
        allowed += 1;
        const dataClass = isField(question.action) ? (question.resource?.class ?? null) : null;
        expect(linesFor(RULES, question.action, dataClass).map((rule) => rule.role)).toContain(who.role);
        const one = keys(dataClass === null ? [] : [dataClass]);
        expect(decideBy(RULES, { ...question, actor: one })).toEqual(everything);
        // And the keys of all other classes open nothing of it.
        if (dataClass === null || question.action === 'field.mask') return;
        const others = keys(SEALED_CLASSES.filter((name) => name !== dataClass));
        expect(decideBy(RULES, { ...question, actor: others })).toMatchObject({ reason: 'needs-unlock' });
      }),
      { numRuns: 3_000 },
    );
    expect(allowed).toBeGreaterThan(100);
  });

  it('makes decide throw or answer anything but a decision, whatever it is asked', () => {
    const junk = fc.oneof(fc.string(), fc.constantFrom('', '9999-12-31', '-1', 'NaN', '25:99', '__proto__'));
    const spoilt = fc.tuple(questions, junk, junk, fc.double()).map(
      ([question, text, other, number]) =>
        ({
          ...question,
          actor: question.actor && {
            ...question.actor,
            trainedUntil: text,
            shifts: [{ begins: text, ends: other }],
            policyAcknowledged: number,
          },
          resource: question.resource && {
            ...question.resource,
            stay: { ...question.resource.stay, arrival: text, departure: other },
          },
          context: { ...question.context, businessDate: other, local: { date: text, minute: number } },
        }) as unknown as Question,
    );
    fc.assert(
      fc.property(fc.oneof(questions, spoilt), (question) => {
        const decision = decideBy(RULES, question);
        if (decision.allowed) expect(['all', 'own']).toContain(decision.scope);
        else {
          expect(REFUSAL_REASONS).toContain(decision.reason);
          expect(decision.whoCan.every((role) => ROLES.includes(role))).toBe(true);
          expect(decision.help.kind).toMatch(/^[a-z-]+$/);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
