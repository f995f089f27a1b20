import { describe, expect, it } from 'vitest';
import { SEALED_CLASSES } from '../../../src-shared/model/classes.ts';
import { ROLES } from '../../../src-shared/model/entities.ts';
import { BusinessDate } from '../../../src-shared/model/ids.ts';
import { ACTIONS, type Actor, decide, PURPOSES_OF } from '../../../src-shared/policy/index.ts';

const day = (text: string) => BusinessDate.parse(text);
const TODAY = day('2026-03-14');
const inHouse = { status: 'in-house', arrival: day('2026-03-10'), departure: day('2026-03-20') } as const;
const holder = (role: Actor['role']): Actor => ({ role, active: true, unlocked: SEALED_CLASSES });

describe('the one decision point', () => {
  it('is this table, role by action', () => {
    const table = ROLES.map((role) => {
      const actions = ACTIONS.filter((action) => action !== 'field.reveal').map((action) => {
        const decision = decide(holder(role), action, null, { businessDate: TODAY });
        return `${action}=${decision.allowed ? decision.scope : '-'}`;
      });
      const reveals = SEALED_CLASSES.filter(
        (dataClass) =>
          decide(holder(role), 'field.reveal', { class: dataClass, stay: inHouse }, { businessDate: TODAY }).allowed,
      );
      return `${role}: ${actions.join(' ')} reveals=${reveals.join('+') || '-'}`;
    });
    expect(table).toEqual([
      'receptionist: guest.find=all stay.open=all note.write=all guest.erase=- log.read=own log.verify=all sync.review=all reveals=identity',
      'concierge: guest.find=all stay.open=all note.write=all guest.erase=- log.read=own log.verify=- sync.review=- reveals=preference',
      'night-auditor: guest.find=all stay.open=all note.write=all guest.erase=- log.read=own log.verify=- sync.review=all reveals=-',
      'finance: guest.find=all stay.open=all note.write=- guest.erase=- log.read=own log.verify=- sync.review=- reveals=payment',
      'security-officer: guest.find=- stay.open=- note.write=- guest.erase=all log.read=all log.verify=all sync.review=- reveals=-',
      'duty-manager: guest.find=all stay.open=all note.write=all guest.erase=all log.read=own log.verify=all sync.review=all reveals=identity+payment+preference',
      'it: guest.find=- stay.open=- note.write=- guest.erase=- log.read=own log.verify=all sync.review=all reveals=-',
    ]);
  });

  it('refuses everything to nobody and to the inactive', () => {
    for (const action of ACTIONS) {
      expect(decide(null, action, null, { businessDate: TODAY })).toMatchObject({
        allowed: false,
        reason: 'signed-out',
      });
      expect(decide({ ...holder('duty-manager'), active: false }, action, null, { businessDate: TODAY })).toMatchObject(
        {
          allowed: false,
          reason: 'inactive',
        },
      );
    }
  });

  it('reveals only with the key in memory, and says what would help', () => {
    const actor = { ...holder('receptionist'), unlocked: [] };
    expect(decide(actor, 'field.reveal', { class: 'identity', stay: inHouse }, { businessDate: TODAY })).toEqual({
      allowed: false,
      reason: 'needs-unlock',
      whoCan: ['receptionist', 'duty-manager'],
    });
  });

  it('names who can where the role cannot', () => {
    const decision = decide(
      holder('receptionist'),
      'field.reveal',
      { class: 'payment', stay: inHouse },
      { businessDate: TODAY },
    );
    expect(decision).toEqual({ allowed: false, reason: 'role', whoCan: ['finance', 'duty-manager'] });
  });

  it.each([
    ['reserved', '2026-03-16', '2026-03-18', true],
    ['reserved', '2026-03-17', '2026-03-18', false],
    ['departed', '2026-03-08', '2026-03-12', true],
    ['departed', '2026-03-08', '2026-03-11', false],
    ['in-house', '2026-01-01', '2026-03-01', true],
  ] as const)('a %s stay of %s to %s is current: %s', (status, arrival, departure, current) => {
    const stay = { status, arrival: day(arrival), departure: day(departure) };
    expect(
      decide(holder('receptionist'), 'field.reveal', { class: 'identity', stay }, { businessDate: TODAY }).allowed,
    ).toBe(current);
  });

  it('accepts the purposes of the class and no other', () => {
    const ask = (purpose: (typeof PURPOSES_OF)['payment'][number]) =>
      decide(
        holder('receptionist'),
        'field.reveal',
        { class: 'identity', stay: inHouse },
        { businessDate: TODAY, purpose },
      );
    for (const purpose of PURPOSES_OF.identity) expect(ask(purpose).allowed).toBe(true);
    expect(ask('settle-folio')).toMatchObject({ allowed: false, reason: 'purpose' });
  });
});
