/** Child of roll-kill.test.ts: closes day after day until it is killed, and says which were closed, one line each. */
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { ulid } from 'ulid';
import { openCache } from '../../src-main/store/open.ts';
import { dayAfter, nightPostings } from '../../src-shared/folio/night.ts';
import { EmployeeId, OperationId } from '../../src-shared/model/ids.ts';

const [, , file = '', keyHex = '', auditor = ''] = process.argv;
const opened = openCache({ file, key: Buffer.from(keyHex, 'hex') });
if (!opened.ok) throw new Error(opened.problem);
const cache = opened.value;
const by = EmployeeId.parse(auditor);
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const say = (line: string) => writeSync(1, `${line}\n`);

say('ready');
for (;;) {
  const property = cache.property.get();
  if (property === null) throw new Error('no property');
  const from = property.businessDate;
  const at = Date.now();
  const postings = cache.stays.inHouse().flatMap(({ stayId }) => {
    const stay = cache.stays.get(stayId);
    return stay === null ? [] : nightPostings(stay, { sha256, property, by, at });
  });
  cache.rollLocally(
    {
      id: OperationId.parse(ulid()),
      kind: 'businessDate.roll',
      employeeId: by,
      at,
      from,
      to: dayAfter(from),
      waived: [],
    },
    postings,
    { id: from, by, at, waived: [], rooms: 0, noShows: 0, balances: [] },
  );
  say(from);
}
