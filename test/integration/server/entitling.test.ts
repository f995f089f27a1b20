/** Orders, grants, epochs, and who works at two hotels, the same on both databases; apart from server.test.ts, since the staff of this house is changed. */
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { entitling } from './entitling.ts';
import { DATABASES, type House, openHouse } from './house.ts';
import { workingAtTwo } from './working-at-two.ts';

const NEXT_WINDOW_MS = 60_000;

describe.each(DATABASES)('on the %s database', (kind) => {
  let opened: House;
  beforeAll(async () => {
    opened = await openHouse(kind);
  });
  // Every test has its own attempts at enrolment.
  beforeEach(() => opened.advance(NEXT_WINDOW_MS));
  afterAll(() => opened.close());

  entitling(() => opened);
  workingAtTwo(() => opened);
});
