/** Who may do what, as one table. decide.ts interprets it; docs and tests print it. Roles not named in a row may not. */
import type { SealedClass } from '../model/classes.ts';
import type { Role } from '../model/entities.ts';

export const ACTIONS = [
  'guest.find',
  'stay.open',
  'note.write',
  'guest.erase',
  'field.reveal',
  'log.read',
  'log.verify',
  'sync.review',
] as const;
export type Action = (typeof ACTIONS)[number];

/** `own` narrows the action to what the employee did herself. */
export type Scope = 'all' | 'own';

export const MATRIX: { readonly [A in Exclude<Action, 'field.reveal'>]: Partial<Record<Role, Scope>> } = {
  'guest.find': {
    receptionist: 'all',
    concierge: 'all',
    'night-auditor': 'all',
    finance: 'all',
    'duty-manager': 'all',
  },
  'stay.open': {
    receptionist: 'all',
    concierge: 'all',
    'night-auditor': 'all',
    finance: 'all',
    'duty-manager': 'all',
  },
  'note.write': { receptionist: 'all', concierge: 'all', 'night-auditor': 'all', 'duty-manager': 'all' },
  'guest.erase': { 'duty-manager': 'all', 'security-officer': 'all' },
  'log.read': {
    receptionist: 'own',
    concierge: 'own',
    'night-auditor': 'own',
    finance: 'own',
    'duty-manager': 'own',
    'security-officer': 'all',
    it: 'own',
  },
  'log.verify': { 'security-officer': 'all', 'duty-manager': 'all', receptionist: 'all', it: 'all' },
  'sync.review': { it: 'all', 'duty-manager': 'all', receptionist: 'all', 'night-auditor': 'all' },
};

/** Which sealed classes a role may reveal. The guard behind it is the class key in the role's grants. */
export const REVEALS: { readonly [C in SealedClass]: readonly Role[] } = {
  identity: ['receptionist', 'duty-manager'],
  payment: ['finance', 'duty-manager'],
  preference: ['concierge', 'duty-manager'],
};

/** Days around the business date within which a stay counts as current for a reveal. */
export const CURRENT_STAY_DAYS = 2;
