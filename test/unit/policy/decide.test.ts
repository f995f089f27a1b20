import { describe, expect, it } from 'vitest';
import { SEALED_CLASSES } from '../../../src-shared/model/classes.ts';
import { ROLES, type Role, type Stay } from '../../../src-shared/model/entities.ts';
import { GUEST_SEALED_FIELDS, type GuestSealedField, sealedClassOf } from '../../../src-shared/model/registry.ts';
import {
  ACTIONS,
  type Actor,
  budgetFor,
  budgetStep,
  COMPARE_PURPOSE,
  type Context,
  couldDo,
  DOINGS,
  type Doing,
  decide,
  doingWith,
  FIELD_ACTIONS,
  grantedScope,
  hasInItsWork,
  type PlainAction,
  type Purpose,
  purposesFor,
  REVEALS,
  suggestPurposes,
} from '../../../src-shared/policy/index.ts';
import { actor, at, context, day, ELSEWHERE, resource, TODAY } from './builders.ts';

const IDENTITY = purposesFor('field.reveal', 'identity', 'receptionist');
const PLAIN = ACTIONS.filter((action): action is PlainAction => !FIELD_ACTIONS.some((name) => name === action));

describe('the one decision point', () => {
  it('is this table, role by action', () => {
    const table = ROLES.map((role) => {
      const actions = PLAIN.map((action) => {
        const decision = decide(actor(role), action, null, context());
        return `${action}=${decision.allowed ? decision.scope : '-'}`;
      });
      const fields = FIELD_ACTIONS.map((action) => {
        const classes = SEALED_CLASSES.filter(
          (dataClass) => couldDo(actor(role), action, resource(dataClass), context()).allowed,
        );
        return `${action}=${classes.join('+') || '-'}`;
      });
      return `${role}: ${[...actions, ...fields].join(' ')}`;
    });
    expect(table).toEqual([
      'receptionist: guest.find=all stay.open=all note.write=all guest.change=all stay.change=all stay.check-in=all stay.check-out=all stay.create=all stay.cancel=all room.set-status=all conflict.settle=all folio.read=all folio.post=all folio.post-room=- folio.refund=- folio.adjust=- stay.no-show=- audit.roll=- guest.erase=- employee.enrol=- keys.recover=- log.read=own log.verify=all sync.review=all case.open=all case.review=- break-glass.begin=- break-glass.confirm=all password.change=own duress.set=own security-key.add=own security-key.remove=own factor.renew=own factor.reset=- grant.order=- grant.withdraw=- employee.leave=- key.tend=all terminal.view=- terminal.enrol=- terminal.revoke=- terminal.wipe=- field.mask=identity+payment+preference field.reveal=identity field.compare=identity field.take=identity field.find=identity field.emergency=-',
      'concierge: guest.find=all stay.open=all note.write=all guest.change=- stay.change=- stay.check-in=- stay.check-out=- stay.create=- stay.cancel=- room.set-status=- conflict.settle=- folio.read=- folio.post=- folio.post-room=- folio.refund=- folio.adjust=- stay.no-show=- audit.roll=- guest.erase=- employee.enrol=- keys.recover=- log.read=own log.verify=- sync.review=- case.open=all case.review=- break-glass.begin=- break-glass.confirm=- password.change=own duress.set=own security-key.add=own security-key.remove=own factor.renew=own factor.reset=- grant.order=- grant.withdraw=- employee.leave=- key.tend=all terminal.view=- terminal.enrol=- terminal.revoke=- terminal.wipe=- field.mask=preference field.reveal=preference field.compare=- field.take=- field.find=- field.emergency=-',
      'night-auditor: guest.find=all stay.open=all note.write=all guest.change=all stay.change=all stay.check-in=all stay.check-out=all stay.create=all stay.cancel=all room.set-status=all conflict.settle=all folio.read=all folio.post=all folio.post-room=all folio.refund=- folio.adjust=- stay.no-show=all audit.roll=all guest.erase=- employee.enrol=- keys.recover=- log.read=own log.verify=- sync.review=all case.open=all case.review=- break-glass.begin=- break-glass.confirm=all password.change=own duress.set=own security-key.add=own security-key.remove=own factor.renew=own factor.reset=- grant.order=- grant.withdraw=- employee.leave=- key.tend=- terminal.view=- terminal.enrol=- terminal.revoke=- terminal.wipe=- field.mask=identity field.reveal=- field.compare=- field.take=- field.find=identity field.emergency=-',
      'finance: guest.find=all stay.open=all note.write=- guest.change=- stay.change=- stay.check-in=- stay.check-out=- stay.create=- stay.cancel=- room.set-status=- conflict.settle=- folio.read=all folio.post=all folio.post-room=- folio.refund=all folio.adjust=all stay.no-show=- audit.roll=- guest.erase=- employee.enrol=- keys.recover=- log.read=own log.verify=- sync.review=- case.open=all case.review=- break-glass.begin=- break-glass.confirm=- password.change=own duress.set=own security-key.add=own security-key.remove=own factor.renew=own factor.reset=- grant.order=- grant.withdraw=- employee.leave=- key.tend=all terminal.view=- terminal.enrol=- terminal.revoke=- terminal.wipe=- field.mask=payment field.reveal=payment field.compare=payment field.take=- field.find=payment field.emergency=-',
      'security-officer: guest.find=- stay.open=- note.write=- guest.change=- stay.change=- stay.check-in=- stay.check-out=- stay.create=- stay.cancel=- room.set-status=- conflict.settle=- folio.read=- folio.post=- folio.post-room=- folio.refund=- folio.adjust=- stay.no-show=- audit.roll=- guest.erase=all employee.enrol=all keys.recover=- log.read=all log.verify=all sync.review=- case.open=all case.review=all break-glass.begin=- break-glass.confirm=all password.change=own duress.set=own security-key.add=own security-key.remove=own factor.renew=own factor.reset=all grant.order=all grant.withdraw=all employee.leave=all key.tend=- terminal.view=all terminal.enrol=all terminal.revoke=all terminal.wipe=all field.mask=- field.reveal=- field.compare=- field.take=- field.find=- field.emergency=-',
      'duty-manager: guest.find=all stay.open=all note.write=all guest.change=all stay.change=all stay.check-in=all stay.check-out=all stay.create=all stay.cancel=all room.set-status=all conflict.settle=all folio.read=all folio.post=all folio.post-room=all folio.refund=all folio.adjust=all stay.no-show=all audit.roll=all guest.erase=all employee.enrol=all keys.recover=all log.read=own log.verify=all sync.review=all case.open=all case.review=- break-glass.begin=all break-glass.confirm=all password.change=own duress.set=own security-key.add=own security-key.remove=own factor.renew=own factor.reset=all grant.order=all grant.withdraw=all employee.leave=all key.tend=all terminal.view=- terminal.enrol=- terminal.revoke=- terminal.wipe=- field.mask=identity+payment+preference field.reveal=identity+payment+preference field.compare=identity+payment field.take=identity field.find=identity+payment field.emergency=identity+payment+preference',
      'it: guest.find=- stay.open=- note.write=- guest.change=- stay.change=- stay.check-in=- stay.check-out=- stay.create=- stay.cancel=- room.set-status=- conflict.settle=- folio.read=- folio.post=- folio.post-room=- folio.refund=- folio.adjust=- stay.no-show=- audit.roll=- guest.erase=- employee.enrol=- keys.recover=- log.read=own log.verify=all sync.review=all case.open=all case.review=- break-glass.begin=- break-glass.confirm=- password.change=own duress.set=own security-key.add=- security-key.remove=- factor.renew=- factor.reset=- grant.order=- grant.withdraw=- employee.leave=- key.tend=- terminal.view=all terminal.enrol=all terminal.revoke=all terminal.wipe=all field.mask=- field.reveal=- field.compare=- field.take=- field.find=- field.emergency=-',
    ]);
  });

  it('gives the key of a class to those who may reveal it', () => {
    expect(REVEALS).toEqual({
      identity: ['receptionist', 'duty-manager'],
      payment: ['finance', 'duty-manager'],
      preference: ['concierge', 'duty-manager'],
    });
  });

  it('gives the key that only finds to those who may find a class and not reveal it', () => {
    const scopes = ROLES.map((role) => [role, SEALED_CLASSES.map((dataClass) => grantedScope(role, dataClass))]);
    expect(Object.fromEntries(scopes)).toEqual({
      receptionist: ['see', null, null],
      concierge: [null, null, 'see'],
      'night-auditor': ['search', null, null],
      finance: [null, 'see', null],
      'security-officer': [null, null, null],
      'duty-manager': ['see', 'see', 'see'],
      it: [null, null, null],
    });
  });

  it('finds by a sealed number whatever the stay, with the search key alone, and tells what is missing without it', () => {
    const nobodyYet = { class: 'identity', stay: null } as const;
    const find = (who = actor('night-auditor')) => decide(who, 'field.find', nobodyYet, context());
    expect(find(actor('night-auditor', { unlocked: [] }))).toEqual({ allowed: true, scope: 'all' });
    expect(find(actor('night-auditor', { searchable: ['payment'] }))).toMatchObject({
      reason: 'needs-unlock',
      help: { kind: 'second-factor' },
    });
    expect(find(actor('concierge'))).toMatchObject({
      reason: 'role',
      whoCan: ['receptionist', 'night-auditor', 'duty-manager'],
    });
    expect(decide(actor('receptionist'), 'field.reveal', nobodyYet, context({ purpose: 'check-in' }))).toMatchObject({
      reason: 'stay-not-current',
    });
  });

  it('refuses everything to nobody and to the inactive', () => {
    for (const action of ACTIONS) {
      expect(decide(null, action, resource('identity'), context())).toMatchObject({
        allowed: false,
        reason: 'signed-out',
        help: { kind: 'sign-in' },
      });
      expect(decide(actor('duty-manager', { active: false }), action, resource('identity'), context())).toMatchObject({
        allowed: false,
        reason: 'inactive',
        help: { kind: 'nothing' },
      });
    }
  });

  it('refuses what is about a field when no field is named', () => {
    for (const action of FIELD_ACTIONS)
      expect(decide(actor('duty-manager'), action, null, context()).allowed).toBe(false);
  });

  it('knows the work of a role at any hour, for a menu', () => {
    expect(hasInItsWork('it', 'sync.review')).toBe(true);
    expect(hasInItsWork('it', 'guest.find')).toBe(false);
  });
});

describe('what would help', () => {
  const reveal = (who = actor('receptionist'), dataClass: 'identity' | 'payment' = 'identity', stay = {}, where = {}) =>
    decide(who, 'field.reveal', resource(dataClass, stay), context({ purpose: 'guest-asked', ...where }));

  it('reveals only with the key in memory, and says what would help', () => {
    expect(reveal(actor('receptionist', { unlocked: [] }))).toEqual({
      allowed: false,
      reason: 'needs-unlock',
      whoCan: ['receptionist', 'duty-manager'],
      help: { kind: 'second-factor' },
    });
  });

  it('names who can where the role cannot', () => {
    expect(reveal(actor('receptionist'), 'payment')).toEqual({
      allowed: false,
      reason: 'role',
      whoCan: ['finance', 'duty-manager'],
      help: { kind: 'another-role', roles: ['finance', 'duty-manager'] },
    });
  });

  it('names only those who can now: two months later finance, and no longer the duty manager', () => {
    const past = { status: 'departed', arrival: day('2026-01-08'), departure: day('2026-01-12') } as const;
    expect(reveal(actor('receptionist'), 'payment', past)).toMatchObject({ reason: 'role', whoCan: ['finance'] });
    expect(reveal(actor('duty-manager'), 'payment', past)).toMatchObject({
      reason: 'stay-not-current',
      help: { kind: 'another-role', roles: ['finance'] },
    });
  });

  it('names the day from which on it will be possible, and nothing for what is over or never came about', () => {
    const stay = (status: Stay['status'], arrival: string, departure: string) =>
      reveal(actor('receptionist'), 'identity', { status, arrival: day(arrival), departure: day(departure) });
    expect(stay('reserved', '2026-05-10', '2026-05-12')).toMatchObject({
      reason: 'stay-not-current',
      help: { kind: 'another-day', from: '2026-05-08' },
    });
    for (const over of [
      stay('departed', '2026-01-10', '2026-01-12'),
      stay('cancelled', '2026-05-10', '2026-05-12'),
      stay('no-show', '2026-03-13', '2026-03-15'),
    ])
      expect(over).toMatchObject({ reason: 'stay-not-current', whoCan: [], help: { kind: 'nothing' } });
  });

  it.each([
    ['other-property', actor('receptionist', { propertyId: ELSEWHERE }), { kind: 'nothing' }],
    ['training-expired', actor('receptionist', { trainedUntil: '2026-03-13' }), { kind: 'training' }],
    [
      'off-shift',
      actor('receptionist', { shifts: [{ begins: '15:00', ends: '23:00' }] }),
      { kind: 'shift', shifts: [{ begins: '15:00', ends: '23:00' }] },
    ],
    [
      'policy-not-acknowledged',
      actor('receptionist', { policyAcknowledged: 3 }),
      { kind: 'acknowledgement', version: 4 },
    ],
  ])('tells %s and how to mend it', (reason, who, help) => {
    expect(reveal(who)).toMatchObject({ allowed: false, reason, help });
  });
});

describe('a purpose', () => {
  it('that was forgotten is refused, while whether it could be done is answered without one', () => {
    const asked = [actor('receptionist'), 'field.reveal', resource('identity'), context()] as const;
    expect(decide(...asked)).toMatchObject({
      allowed: false,
      reason: 'purpose-missing',
      help: { kind: 'purpose', purposes: IDENTITY },
    });
    expect(couldDo(...asked)).toEqual({ allowed: true, scope: 'all' });
  });

  it('is one of class and role, and no other', () => {
    const ask = (purpose: Purpose) =>
      decide(actor('receptionist'), 'field.reveal', resource('identity'), context({ purpose }));
    for (const purpose of IDENTITY) expect(ask(purpose).allowed).toBe(true);
    for (const other of ['settle-folio', 'authority-request', 'emergency'] as const)
      expect(ask(other), other).toMatchObject({ allowed: false, reason: 'purpose' });
    const asked = { ...context(), purpose: 'authority-request' as const };
    expect(decide(actor('duty-manager'), 'field.reveal', resource('identity'), asked).allowed).toBe(true);
  });

  it('that fits what is being done is suggested first, and none is lost or added', () => {
    const first = (field: GuestSealedField, role: Role, doing: Doing) =>
      suggestPurposes({ field, class: sealedClassOf(field), role }, doing)[0];
    expect(first('documentNumber', 'receptionist', 'arriving')).toBe('check-in');
    expect(first('documentNumber', 'receptionist', 'in-house')).toBe('document-check');
    expect(first('dateOfBirth', 'receptionist', 'in-house')).toBe('lost-key');
    expect(first('cardNumber', 'finance', 'departing')).toBe('settle-folio');
    expect(first('cardNumber', 'finance', 'over')).toBe('payment-dispute');
    expect(first('invoiceTaxNumber', 'duty-manager', 'departing')).toBe('issue-invoice');
    expect(first('dietaryNeeds', 'concierge', 'expected')).toBe('prepare-arrival');
    for (const role of ROLES)
      for (const field of GUEST_SEALED_FIELDS)
        for (const doing of DOINGS) {
          const dataClass = sealedClassOf(field);
          const suggested = suggestPurposes({ field, class: dataClass, role }, doing);
          expect([...suggested].sort()).toEqual([...purposesFor('field.reveal', dataClass, role)].sort());
        }
  });

  it.each([
    ['reserved', '2026-03-20', undefined, 'expected'],
    ['reserved', '2026-03-14', undefined, 'arriving'],
    ['reserved', '2026-03-20', 'arrivals', 'arriving'],
    ['in-house', '2026-03-12', undefined, 'in-house'],
    ['in-house', '2026-03-12', 'departures', 'departing'],
    ['in-house', '2026-03-10', undefined, 'departing'],
    ['in-house', '2026-03-10', 'inHouse', 'in-house'],
    ['departed', '2026-03-10', undefined, 'over'],
    ['departed', '2026-03-10', 'departures', 'departing'],
    ['cancelled', '2026-03-20', undefined, 'over'],
  ] as const)('goes by what is being done: %s from %s, opened from %s, is %s', (status, arrival, from, doing) => {
    const departure = arrival === '2026-03-10' ? TODAY : day('2026-03-28');
    expect(doingWith({ status, arrival: day(arrival), departure }, TODAY, from)).toBe(doing);
  });

  it('of a comparison is that a document is checked, of a card too', () => {
    const compare = (purpose: typeof COMPARE_PURPOSE) =>
      decide(actor('finance'), 'field.compare', resource('payment'), context({ purpose }));
    expect(compare(COMPARE_PURPOSE).allowed).toBe(true);
    expect(compare('settle-folio')).toMatchObject({ reason: 'purpose' });
  });
});

describe('a budget', () => {
  const reveal = (spent: Context['spent'], stay = {}) => {
    const { spent: _, ...where } = context({ purpose: 'check-in' });
    const asked = spent === undefined ? where : { ...where, spent };
    return decide(actor('receptionist'), 'field.reveal', resource('identity', stay), asked);
  };
  const { hour, day: inDay } = budgetFor('receptionist', 'identity') ?? { hour: null, day: null };
  if (hour === null) throw new Error('receptionists have no budget');

  it('is spent to the last, by the hour and by the day, and says when and whom', () => {
    expect(reveal({ hour: hour.stop - 1, day: inDay.stop - 1, freesAt: null }).allowed).toBe(true);
    const help = { kind: 'budget', freesAt: 77, roles: ['duty-manager'] };
    for (const spent of [
      { hour: hour.stop, day: hour.stop, freesAt: 77 },
      { hour: 0, day: inDay.stop, freesAt: 77 },
    ])
      expect(reveal(spent)).toEqual({ allowed: false, reason: 'budget', whoCan: ['duty-manager'], help });
  });

  it('that cannot be told is spent', () => {
    expect(reveal(undefined)).toMatchObject({
      reason: 'budget',
      help: { kind: 'another-role', roles: ['duty-manager'] },
    });
  });

  it('is told from the first step on, with the window that says more', () => {
    const said = (spent: { hour: number; day: number }) => budgetStep('receptionist', 'identity', spent);
    expect(said({ hour: hour.soft - 1, day: inDay.soft - 1 })).toBeNull();
    expect(said({ hour: hour.soft, day: hour.soft })).toEqual({
      step: 'soft',
      window: 'hour',
      spent: hour.soft,
      stop: hour.stop,
    });
    expect(said({ hour: hour.soft, day: inDay.case })).toMatchObject({ step: 'case', window: 'day', stop: inDay.stop });
    expect(budgetStep('it', 'identity', { hour: 9_999, day: 9_999 })).toBeNull();
  });
});

describe('behind the broken glass', () => {
  const stay = { status: 'departed', arrival: day('2020-01-08'), departure: day('2020-01-12') } as const;
  const spoilt = { shifts: [], trainedUntil: '2020-01-01', policyAcknowledged: 0 };
  const ask = (who: Actor | null, change = {}) =>
    decide(who, 'field.emergency', resource('payment', stay), context({ purpose: 'emergency', ...change }));

  it('a duty manager opens whatever its day, off her shift and untrained, with her key; nobody else does', () => {
    expect(ask(actor('duty-manager', spoilt)).allowed).toBe(true);
    for (const role of ROLES.filter((one) => one !== 'duty-manager'))
      expect(ask(actor(role))).toMatchObject({ reason: 'role', whoCan: ['duty-manager'] });
    expect(ask(actor('duty-manager', { ...spoilt, unlocked: [] }))).toMatchObject({ reason: 'needs-unlock' });
    expect(ask(actor('duty-manager', { propertyId: ELSEWHERE }))).toMatchObject({ reason: 'other-property' });
  });

  it('nothing opens while it is whole, and that is what would help', () => {
    for (const glass of ['whole', undefined] as const)
      expect(ask(actor('duty-manager'), { glass })).toMatchObject({
        reason: 'glass-whole',
        help: { kind: 'break-glass' },
      });
    const past = { status: 'departed', arrival: day('2025-01-08'), departure: day('2025-01-12') } as const;
    expect(decide(actor('duty-manager'), 'field.reveal', resource('identity', past), context())).toMatchObject({
      reason: 'stay-not-current',
      help: { kind: 'break-glass' },
    });
  });
});

describe('a stay', () => {
  it.each([
    ['receptionist', 'reserved', '2026-03-16', '2026-03-18', true],
    ['receptionist', 'reserved', '2026-03-17', '2026-03-18', false],
    ['receptionist', 'departed', '2026-03-08', '2026-03-12', true],
    ['receptionist', 'departed', '2026-03-08', '2026-03-11', false],
    ['receptionist', 'in-house', '2026-01-01', '2026-03-01', true],
    ['receptionist', 'cancelled', '2026-03-14', '2026-03-16', false],
    ['receptionist', 'no-show', '2026-03-14', '2026-03-16', false],
    ['duty-manager', 'reserved', '2026-03-21', '2026-03-22', true],
    ['duty-manager', 'reserved', '2026-03-22', '2026-03-23', false],
    ['duty-manager', 'cancelled', '2026-03-14', '2026-03-16', false],
  ] as const)('for the %s, one that is %s from %s to %s is near: %s', (role, status, arrival, departure, near) => {
    const stay = resource('identity', { status, arrival: day(arrival), departure: day(departure) });
    expect(couldDo(actor(role), 'field.reveal', stay, context()).allowed).toBe(near);
  });
});

describe('a shift', () => {
  const works = (shifts: { begins: string; ends: string }[], time: string) =>
    decide(actor('receptionist', { shifts }), 'guest.find', null, context({ local: at(time) })).allowed;

  it.each([
    ['07:00', '15:30', '06:29', false],
    ['07:00', '15:30', '06:30', true],
    ['07:00', '15:30', '16:00', true],
    ['07:00', '15:30', '16:01', false],
    ['22:00', '06:30', '23:59', true],
    ['22:00', '06:30', '00:00', true],
    ['22:00', '06:30', '07:00', true],
    ['22:00', '06:30', '07:01', false],
    ['22:00', '06:30', '21:29', false],
    ['00:00', '08:00', '23:30', true],
    ['00:00', '08:00', '23:29', false],
    ['16:00', '00:00', '00:30', true],
    ['16:00', '00:00', '00:31', false],
    ['00:00', '00:00', '12:34', true],
    ['09:00', '08:45', '08:50', true],
  ])('from %s to %s has %s in it: %s', (begins, ends, time, expected) => {
    expect(works([{ begins, ends }], time)).toBe(expected);
  });

  it('is any of several, and none is nobody’s', () => {
    const split = [
      { begins: '07:00', ends: '11:00' },
      { begins: '17:00', ends: '21:00' },
    ];
    expect(['09:00', '14:00', '18:00'].map((time) => works(split, time))).toEqual([true, false, true]);
    expect(works([], '09:00')).toBe(false);
  });

  it('cannot be told without a clock, and is refused then', () => {
    expect(decide(actor('receptionist'), 'guest.find', null, context({ local: null }))).toMatchObject({
      reason: 'off-shift',
    });
    // Who reads her own log needs no shift.
    expect(decide(actor('receptionist'), 'log.read', null, context({ local: null })).allowed).toBe(true);
  });
});

describe('training', () => {
  it('counts on its last day and not on the one after, by the calendar of the hotel', () => {
    const ask = (trainedUntil: string) =>
      decide(actor('receptionist', { trainedUntil }), 'note.write', null, context()).allowed;
    expect([ask(TODAY), ask('2026-03-13')]).toEqual([true, false]);
  });
});
