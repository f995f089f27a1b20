/** Child of store-kill.test.ts: writes until it is killed, and says what was acknowledged, one line each. */
import { writeSync } from 'node:fs';
import { openCache } from '../../src-main/store/open.ts';
import { EmployeeId, GuestId, NoteId, OperationId } from '../../src-shared/model/ids.ts';

const [, , file = '', keyHex = '', from = '0'] = process.argv;
const opened = openCache({ file, key: Buffer.from(keyHex, 'hex') });
if (!opened.ok) throw new Error(opened.problem);
const cache = opened.value;
const idOf = (n: number) => `01${String(n).padStart(24, '0')}`;
const authorId = EmployeeId.parse(idOf(1));
const say = (line: string) => writeSync(1, `${line}\n`);

say('ready');
for (let n = Number(from); ; n++) {
  const note = {
    id: NoteId.parse(idOf(n)),
    guestId: GuestId.parse(idOf(1)),
    text: `note ${n}`,
    authorId,
    writtenAt: n,
  };
  cache.addNoteLocally(note, {
    id: OperationId.parse(idOf(n)),
    kind: 'guestNote.add',
    employeeId: authorId,
    at: n,
    note,
  });
  say(`note ${n}`);
}
