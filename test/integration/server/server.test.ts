/** The central server through its public face, the same on both databases. */
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { bootstrapping } from './bootstrapping.ts';
import { casing } from './casing.ts';
import { changing } from './changing.ts';
import { closingDays } from './closing-days.ts';
import { counting } from './counting.ts';
import { enrolling } from './enrolling.ts';
import { erasing } from './erasing.ts';
import { fencing } from './fencing.ts';
import { filtering } from './filtering.ts';
import { forgetting } from './forgetting.ts';
import { fuzzing } from './fuzzing.ts';
import { DATABASES, type House, openHouse } from './house.ts';
import { keepingApart } from './keeping-apart.ts';
import { keepingSilent } from './keeping-silent.ts';
import { keying } from './keying.ts';
import { living } from './living.ts';
import { posting } from './posting.ts';
import { pulling } from './pulling.ts';
import { pushing } from './pushing.ts';
import { refusing } from './refusing.ts';
import { collectStatements, sharding } from './sharding.ts';
import { steppingUp } from './stepping-up.ts';

const NEXT_WINDOW_MS = 60_000;

describe.each(DATABASES)('on the %s database', (kind) => {
  let opened: House;
  const house = () => opened;
  let collected: ReturnType<typeof collectStatements>;
  beforeAll(async () => {
    opened = await openHouse(kind);
    // From here on: a new database has been through migrations, which go over every property before anybody is served.
    collected = collectStatements();
  });
  // Every test has its own attempts at enrolment.
  beforeEach(() => opened.advance(NEXT_WINDOW_MS));
  afterAll(() => opened.close());
  afterAll(() => collected.stop());

  enrolling(house);
  pulling(house);
  bootstrapping(house);
  filtering(house);
  living(house);
  pushing(house);
  changing(house);
  posting(house);
  erasing(house);
  casing(house);
  keying(house);
  refusing(house);
  counting(house);
  keepingApart(house);
  steppingUp(house);
  closingDays(house);
  fuzzing(house);
  // Behind them: ids that are as old as the clock here is fast are known no more.
  forgetting(house);
  // Behind it there is no database any more.
  keepingSilent(house);
  // Last: what those before it have made the server send.
  sharding(() => collected.statements());
  // Behind it: its statements forget their property on purpose.
  fencing(house);
});
