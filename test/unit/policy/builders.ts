/** Who, what and where for the tests of the policy: everything holds, and a test spoils what it is about. */
import { SEALED_CLASSES, type SealedClass } from '../../../src-shared/model/classes.ts';
import type { Role } from '../../../src-shared/model/entities.ts';
import { BusinessDate, PropertyId } from '../../../src-shared/model/ids.ts';
import type { Actor, Context, Resource } from '../../../src-shared/policy/index.ts';

export const day = (text: string) => BusinessDate.parse(text);
export const HERE = PropertyId.parse('west-lake');
export const ELSEWHERE = PropertyId.parse('east-lake');
export const TODAY = day('2026-03-14');

export const at = (time: string): NonNullable<Context['local']> => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return { date: TODAY, minute: hours * 60 + minutes };
};

export function actor(role: Role, change: Partial<Actor> = {}): Actor {
  return {
    role,
    active: true,
    propertyId: HERE,
    shifts: [{ begins: '07:00', ends: '15:30' }],
    trainedUntil: '2026-12-31',
    policyAcknowledged: 4,
    unlocked: SEALED_CLASSES,
    searchable: SEALED_CLASSES,
    ...change,
  };
}

const UNSPENT = { hour: 0, day: 0, freesAt: null } as const;

export function context(change: Partial<Context> = {}): Context {
  return {
    propertyId: HERE,
    businessDate: TODAY,
    policyVersion: 4,
    local: at('10:00'),
    spent: UNSPENT,
    glass: 'broken',
    ...change,
  };
}

export function resource(dataClass: SealedClass, stay: Partial<NonNullable<Resource['stay']>> = {}): Resource {
  return {
    class: dataClass,
    stay: { status: 'in-house', arrival: day('2026-03-10'), departure: day('2026-03-20'), ...stay },
  };
}
