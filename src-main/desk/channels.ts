/** Which use case answers which channel: the whole surface that the window sees, at a glance. */
import type { CHANNELS, HandlersOf, IpcResult } from '../../src-shared/ipc/contract.ts';
import type { AppStatus } from '../../src-shared/ipc/views.ts';
import type { Terminal } from '../terminal.ts';
import { compareShown } from './compare.ts';
import { type Desk, mayDo, ok, presence, refusal, refuse, useDesk } from './desk.ts';
import { type Door, useDoor } from './door.ts';
import { eraseGuest } from './erase-guest.ts';
import { findGuest } from './find-guest.ts';
import { openStay } from './open-stay.ts';
import type { Prompt } from './prompt.ts';
import { checkLog, listLog } from './read-log.ts';
import { reveal } from './reveal.ts';
import { viewSession } from './session-view.ts';
import { listStaff, staffItem } from './sign-in.ts';
import { viewToday } from './today.ts';
import { writeNote } from './write-note.ts';

/** @param prompt where passwords and codes are typed: no channel of this window carries any */
export function createHandlers(terminal: Terminal, clock: Desk['clock'], prompt: Prompt): HandlersOf<typeof CHANNELS> {
  const withDesk = <T>(use: (desk: Desk) => IpcResult<T> | Promise<IpcResult<T>>) => useDesk(terminal, use);
  const withDoor = <T>(use: (door: Door) => IpcResult<T> | Promise<IpcResult<T>>) => useDoor(terminal, use);
  const session = () => viewSession({ session: terminal.session, clock });
  const status = (): IpcResult<AppStatus> => ok(terminal.status);

  return {
    'app.status': status,
    'app.retry': async () => {
      await terminal.start();
      return status();
    },
    'app.rebuild': async () => {
      if (!terminal.canRebuild) return refuse('not-ready');
      await terminal.rebuild();
      return status();
    },
    'app.enrol': ({ code }) => terminal.enrol(code),
    'preferences.set': (change) => {
      terminal.setPreferences(change);
      return status();
    },

    'session.view': () => ok(session()),
    'session.staff': () => withDoor((door) => ok(listStaff(door))),
    'session.signIn': ({ employeeId }) =>
      withDoor((door) => {
        const person = listStaff(door).find(({ id }) => id === employeeId);
        return person === undefined ? refuse('not-found') : prompt.ask('password', person);
      }),
    'session.unlock': () =>
      withDesk((desk) => {
        const who = presence(desk);
        return who === null ? refuse('locked') : prompt.ask('code', staffItem(who.employee));
      }),
    'session.cancel': () => {
      prompt.cancel();
      return ok(session());
    },
    'session.lock': () => {
      prompt.cancel();
      terminal.session.lock('by-hand');
      return ok(session());
    },
    'session.switch': () => {
      prompt.cancel();
      terminal.session.lock('switched');
      return ok(session());
    },
    'session.touch': () => {
      terminal.session.touch();
      return ok(session());
    },

    'today.view': () => withDesk(viewToday),
    'guest.search': (input) => withDesk((desk) => findGuest(desk, input)),
    'stay.open': (input) => withDesk((desk) => openStay(desk, input)),
    'stay.reveal': (input) => withDesk((desk) => reveal(desk, input)),
    'stay.compare': (input) => withDesk((desk) => compareShown(desk, input)),
    'note.add': (input) => withDesk((desk) => writeNote(desk, input)),
    'guest.erase': (input) => withDesk((desk) => eraseGuest(desk, input)),

    'log.list': (input) => withDesk((desk) => listLog(desk, input)),
    'log.verify': () => withDesk((desk) => checkLog(desk, () => terminal.logAnchor())),

    'sync.view': () => ok(terminal.syncView),
    'sync.now': () =>
      withDesk((desk) => {
        if (presence(desk) === null) return refuse('locked');
        terminal.syncNow();
        return ok(terminal.syncView);
      }),
    'sync.refused': () =>
      withDesk((desk) => {
        const who = presence(desk);
        if (who === null) return refuse('locked');
        const decision = mayDo(who, 'sync.review');
        return decision.allowed ? ok(desk.cache.syncState.refused()) : refuse('forbidden', refusal(decision));
      }),
  };
}
