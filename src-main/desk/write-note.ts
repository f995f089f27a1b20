import { ulid } from 'ulid';
import type { z } from 'zod';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { NoteView } from '../../src-shared/ipc/views.ts';
import type { GuestNote } from '../../src-shared/model/entities.ts';
import { type GuestId, NoteId, OperationId } from '../../src-shared/model/ids.ts';
import type { StoredNote } from '../store/notes.ts';
import { type Desk, mayDo, ok, presence, record, refuse, refused } from './desk.ts';

/** Writes a note on a guest: kept here and queued for the server in one transaction. */
export function writeNote(
  desk: Desk,
  input: { readonly guestId: GuestId; readonly text: string },
): IpcResult<z.infer<typeof NoteView>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'note.write');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'note.write', guestId: input.guestId });
  if (desk.cache.guests.get(input.guestId) === null) return refuse('not-found');
  // An ID or card number in free text would lie outside its class: in the server's clear and in every list of notes.
  if (findsSensitiveNumber(input.text)) return refuse('sensitive-number', { field: 'text' });
  const now = desk.clock.now();
  const note: GuestNote = {
    id: NoteId.parse(ulid(now)),
    guestId: input.guestId,
    text: input.text,
    authorId: who.employee.id,
    writtenAt: now,
  };
  record(desk, who, { type: 'note.write', outcome: 'allowed', guestId: input.guestId });
  desk.cache.addNoteLocally(note, {
    id: OperationId.parse(ulid(now)),
    kind: 'guestNote.add',
    employeeId: who.employee.id,
    at: now,
    note,
  });
  desk.kickSync();
  return ok(viewNote(desk, { ...note, state: 'waiting' }));
}

export function viewNote(desk: Pick<Desk, 'cache'>, note: StoredNote): z.infer<typeof NoteView> {
  return {
    id: note.id,
    text: note.text,
    author: desk.cache.employees.get(note.authorId)?.name ?? '–',
    writtenAt: note.writtenAt,
    state: note.state,
  };
}
