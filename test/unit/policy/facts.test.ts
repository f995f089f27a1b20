import { describe, expect, it } from 'vitest';
import { contextAt } from '../../../src-shared/policy/index.ts';
import { HERE, TODAY } from './builders.ts';

const local = (timeZone: string, at: string | number) =>
  contextAt({ id: HERE, businessDate: TODAY, policyVersion: 1, timeZone }, typeof at === 'number' ? at : Date.parse(at))
    .local;

describe('calendar and clock of the property', () => {
  it.each([
    ['Asia/Shanghai', '2026-03-14T16:30:00Z', '2026-03-15', 30],
    ['Asia/Shanghai', '2026-03-14T15:59:59Z', '2026-03-14', 23 * 60 + 59],
    ['America/New_York', '2026-03-14T03:00:00Z', '2026-03-13', 23 * 60],
    // Half an hour of offset, and both sides of a change to summer time.
    ['Asia/Kolkata', '2026-03-14T18:30:00Z', '2026-03-15', 0],
    ['Europe/Berlin', '2026-03-29T00:59:00Z', '2026-03-29', 119],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29', 180],
  ])('in %s at %s show %s, minute %i', (zone, at, date, minute) => {
    expect(local(zone, at)).toEqual({ date, minute });
  });

  it('show nothing for an instant or a zone that there is not', () => {
    expect([local('Asia/Shanghai', Number.NaN), local('Asia/Shanghai', 9e15), local('Mars/Olympus', 0)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
