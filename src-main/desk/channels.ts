/** Which use case answers which channel: the whole surface that the window sees, at a glance. */

import type { HandlersOf } from '../../src-shared/ipc/channel.ts';
import type { CHANNELS } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { AppStatus } from '../../src-shared/ipc/views.ts';
import type { Terminal } from '../terminal.ts';
import { dropReturned, listConflicts, listReturned, openConflict, settleConflict } from './attention.ts';
import { askGlass, beginGlass, endGlass } from './break-glass.ts';
import { changePassword } from './change-password.ts';
import {
  cancelStay,
  changeGuest,
  changeStay,
  checkOut,
  listRooms,
  reinstateStay,
  setRoomStatus,
} from './change-record.ts';
import { checkIn } from './check-in.ts';
import { compareShown } from './compare.ts';
import { createStay, keepDraft, offerRooms, prepareStay } from './create-stay.ts';
import { type Desk, mayDo, ok, presence, refusal, refuse, useDesk } from './desk.ts';
import { type Door, useDoor } from './door.ts';
import { enrolEmployee } from './enrol-employee.ts';
import { eraseGuest } from './erase-guest.ts';
import { findGuest } from './find-guest.ts';
import { findSealed } from './find-sealed.ts';
import { dropLines, openFolio, postToFolio, reverseLine, splitFolio } from './folio.ts';
import { Founding } from './founding.ts';
import { removeDuressPassword, setDuressPassword } from './keep-duress.ts';
import { markNoShow, rollDay, viewAudit } from './night-audit.ts';
import { openStay } from './open-stay.ts';
import { endEmployment, orderGrant, withdrawGrant } from './order-grant.ts';
import type { Prompt } from './prompt.ts';
import { readDocument } from './read-document.ts';
import { checkLog, listLog } from './read-log.ts';
import { recoverKeys } from './recover-keys.ts';
import { renewFactor } from './renew-factor.ts';
import { resetFactor } from './reset-factor.ts';
import { reveal } from './reveal.ts';
import { closeCase, countCases, listCaseEntries, listCases } from './review-cases.ts';
import { addSecurityKey, keysOf, removeSecurityKey, viewFactors } from './security-keys.ts';
import { viewSession } from './session-view.ts';
import { listStaff, staffItem } from './sign-in.ts';
import { makeEnrolmentCode, shutOutTerminal, viewTerminals } from './terminals.ts';
import { viewToday } from './today.ts';
import { viewOwnGrants, viewStaff } from './view-staff.ts';
import { writeNote } from './write-note.ts';

/** @param prompt where passwords and codes are typed: no channel of this window carries any */
export function createHandlers(terminal: Terminal, clock: Desk['clock'], prompt: Prompt): HandlersOf<typeof CHANNELS> {
  const withDesk = <T>(use: (desk: Desk) => IpcResult<T> | Promise<IpcResult<T>>) => useDesk(terminal, use);
  const withDoor = <T>(use: (door: Door) => IpcResult<T> | Promise<IpcResult<T>>) => useDoor(terminal, use);
  const session = () => viewSession({ session: terminal.session, clock });
  const founding = new Founding(terminal, prompt, clock);
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
    'app.enrolAnew': ({ code }) => terminal.enrolAnew(code),
    'founding.view': () => ok(founding.view),
    'founding.begin': ({ code }) => founding.begin(code),
    'founding.hotel': (hotel) => founding.describe(hotel),
    'founding.enrol': ({ as, ...person }) => founding.enrol(as, person),
    'founding.handOut': () => founding.handOut(),
    'founding.send': () => founding.send(),
    'founding.drop': () => {
      prompt.cancel();
      founding.drop();
      return ok(founding.view);
    },
    'staff.enrol': (person) => withDesk((desk) => enrolEmployee(desk, prompt, person)),
    'keys.recover': (input) => withDesk((desk) => recoverKeys(desk, prompt, input)),
    'preferences.set': (change) => {
      terminal.setPreferences(change);
      return status();
    },

    'session.view': () => ok(session()),
    'session.staff': () => withDoor((door) => ok(listStaff(door))),
    'session.signIn': ({ employeeId }) =>
      withDoor((door) => {
        if (terminal.shutOut !== null) return refuse('terminal-shut-out');
        const person = listStaff(door).find(({ id }) => id === employeeId);
        return person === undefined ? refuse('not-found') : prompt.ask('password', person);
      }),
    'session.unlock': () =>
      withDesk((desk) => {
        const who = presence(desk);
        if (who === null) return refuse('locked');
        const keys = keysOf(desk, who).map(({ credentialId, prfSalt }) => ({ credentialId, prfSalt }));
        const by = terminal.syncView.line === 'offline' ? 'terminal' : 'server';
        const check = desk.leases.state(who.employee.id).then((lease) => ({ by, lease }) as const);
        return prompt.ask(keys.length > 0 ? 'security-key' : 'code', staffItem(who.employee), check, keys);
      }),
    'session.lease': () =>
      withDesk(async (desk) => {
        const who = presence(desk);
        return who === null ? refuse('locked') : ok(await desk.leases.state(who.employee.id));
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
    'guest.findSealed': (input) => withDesk((desk) => findSealed(desk, input)),
    'stay.open': (input) => withDesk((desk) => openStay(desk, input)),
    'stay.reveal': (input) => withDesk((desk) => reveal(desk, input)),
    'stay.compare': (input) => withDesk((desk) => compareShown(desk, input)),
    'glass.ask': (input) =>
      withDesk((desk) =>
        askGlass(desk, (employee, about) => prompt.ask('confirm', employee, undefined, [], about), input),
      ),
    'glass.begin': () => withDesk(beginGlass),
    'glass.end': () => withDesk(endGlass),
    'case.count': () => withDesk(countCases),
    'case.list': () => withDesk(listCases),
    'case.entries': (input) => withDesk((desk) => listCaseEntries(desk, input)),
    'case.close': (input) => withDesk((desk) => closeCase(desk, input)),
    'note.add': (input) => withDesk((desk) => writeNote(desk, input)),
    'guest.change': (input) => withDesk((desk) => changeGuest(desk, input)),
    'stay.change': (input) => withDesk((desk) => changeStay(desk, input)),
    'stay.checkOut': (input) => withDesk((desk) => checkOut(desk, input)),
    'stay.cancel': (input) => withDesk((desk) => cancelStay(desk, input)),
    'stay.reinstate': (input) => withDesk((desk) => reinstateStay(desk, input)),
    'document.read': (input) => withDesk((desk) => readDocument(desk, input)),
    'stay.checkIn': (input) => withDesk((desk) => checkIn(desk, input)),
    'stay.prepare': () => withDesk(prepareStay),
    'stay.keepDraft': (input) => withDesk((desk) => keepDraft(desk, input)),
    'stay.create': (input) => withDesk((desk) => createStay(desk, input)),
    'room.offer': (input) => withDesk((desk) => offerRooms(desk, input)),
    'room.setStatus': (input) => withDesk((desk) => setRoomStatus(desk, input)),
    'room.list': (input) => withDesk((desk) => listRooms(desk, input)),
    'folio.open': (input) => withDesk((desk) => openFolio(desk, input)),
    'folio.post': (input) => withDesk((desk) => postToFolio(desk, input)),
    'folio.reverse': (input) => withDesk((desk) => reverseLine(desk, input)),
    'folio.split': (input) => withDesk((desk) => splitFolio(desk, input)),
    'folio.drop': (input) => withDesk((desk) => dropLines(desk, input)),
    'audit.view': () => withDesk(viewAudit),
    'audit.noShow': (input) => withDesk((desk) => markNoShow(desk, input)),
    'audit.roll': (input) => withDesk((desk) => rollDay(desk, input)),
    'returned.list': () => withDesk(listReturned),
    'returned.drop': (input) => withDesk((desk) => dropReturned(desk, input)),
    'conflict.list': () => withDesk(listConflicts),
    'conflict.open': (input) => withDesk((desk) => openConflict(desk, input)),
    'conflict.settle': (input) => withDesk((desk) => settleConflict(desk, input)),
    'guest.erase': (input) => withDesk((desk) => eraseGuest(desk, input)),

    'staff.view': () => withDesk((desk) => viewStaff(desk, terminal.rewrapping)),
    'staff.mine': () => withDesk(viewOwnGrants),
    'staff.order': (input) => withDesk((desk) => orderGrant(desk, input)),
    'staff.withdraw': (input) => withDesk((desk) => withdrawGrant(desk, input)),
    'staff.leave': (input) => withDesk((desk) => endEmployment(desk, input)),
    'password.change': () => changePassword(terminal, prompt),
    'duress.set': () => setDuressPassword(terminal, prompt),
    'duress.remove': () => removeDuressPassword(terminal, prompt),
    'factors.view': () => withDesk(viewFactors),
    'securityKey.add': (input) => addSecurityKey(terminal, prompt, input),
    'factor.renew': async (input) =>
      // Nobody reads a new secret into her phone to learn that there is nobody to keep it.
      terminal.syncView.line === 'offline' ? refuse('server-unreachable') : renewFactor(terminal, prompt, input),
    'factor.reset': (input) =>
      withDesk((desk) =>
        terminal.syncView.line === 'offline' ? refuse('server-unreachable') : resetFactor(desk, prompt, input),
      ),
    'securityKey.remove': (input) => withDesk((desk) => removeSecurityKey(desk, input)),

    'terminals.view': () => withDesk(viewTerminals),
    'terminals.code': () => withDesk(makeEnrolmentCode),
    'terminals.shutOut': (input) => withDesk((desk) => shutOutTerminal(desk, input)),

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
