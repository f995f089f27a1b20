/** The central server through its public face, the same on both databases. */
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { bootstrapping } from './bootstrapping.ts';
import { casing } from './casing.ts';
import { changing } from './changing.ts';
import { enrolling } from './enrolling.ts';
import { erasing } from './erasing.ts';
import { filtering } from './filtering.ts';
import { DATABASES, type House, openHouse } from './house.ts';
import { keepingSilent } from './keeping-silent.ts';
import { keying } from './keying.ts';
import { living } from './living.ts';
import { pulling } from './pulling.ts';
import { pushing } from './pushing.ts';
import { refusing } from './refusing.ts';
import { steppingUp } from './stepping-up.ts';

const NEXT_WINDOW_MS = 60_000;

describe.each(DATABASES)('on the %s database', (kind) => {
  let opened: House;
  const house = () => opened;
  beforeAll(async () => {
    opened = await openHouse(kind);
  });
  // Every test has its own attempts at enrolment.
  beforeEach(() => opened.advance(NEXT_WINDOW_MS));
  afterAll(() => opened.close());

  enrolling(house);
  pulling(house);
  bootstrapping(house);
  filtering(house);
  living(house);
  pushing(house);
  changing(house);
  erasing(house);
  casing(house);
  keying(house);
  refusing(house);
  steppingUp(house);
  keepingSilent(house);
});
