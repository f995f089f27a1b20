/** The names that cross: kept apart from the schemas so that the preload stays free of them. */
import type { ChannelInput, ChannelName, ChannelOutput, Notice, NoticeName } from './contract.ts';
import type { IpcResult } from './errors.ts';

/** The one object in the page, `window.keyrack`. */
export const BRIDGE = 'keyrack';

export const CHANNEL_NAMES = [
  'app.status',
  'app.retry',
  'app.rebuild',
  'app.enrol',
  'app.enrolAnew',
  'founding.view',
  'founding.begin',
  'founding.hotel',
  'founding.enrol',
  'founding.handOut',
  'founding.send',
  'founding.drop',
  'staff.enrol',
  'keys.recover',
  'preferences.set',
  'session.view',
  'session.staff',
  'session.signIn',
  'session.unlock',
  'session.cancel',
  'session.lock',
  'session.switch',
  'session.lease',
  'session.touch',
  'today.view',
  'guest.search',
  'guest.findSealed',
  'stay.open',
  'stay.reveal',
  'stay.compare',
  'glass.ask',
  'glass.begin',
  'glass.end',
  'case.count',
  'case.list',
  'case.entries',
  'case.close',
  'guest.change',
  'stay.change',
  'stay.checkIn',
  'stay.checkOut',
  'stay.cancel',
  'stay.reinstate',
  'stay.prepare',
  'stay.create',
  'room.offer',
  'room.setStatus',
  'room.list',
  'returned.list',
  'returned.drop',
  'conflict.list',
  'conflict.open',
  'conflict.settle',
  'note.add',
  'guest.erase',
  'staff.view',
  'staff.mine',
  'staff.order',
  'staff.withdraw',
  'staff.leave',
  'terminals.view',
  'terminals.code',
  'terminals.shutOut',
  'password.change',
  'duress.set',
  'duress.remove',
  'factors.view',
  'securityKey.add',
  'securityKey.remove',
  'factor.renew',
  'factor.reset',
  'log.list',
  'log.verify',
  'sync.view',
  'sync.now',
  'sync.refused',
] as const satisfies readonly ChannelName[];

export const NOTICE_NAMES = [
  'app.changed',
  'session.changed',
  'sync.changed',
  'data.changed',
] as const satisfies readonly NoticeName[];

/** One function per channel under its own name, and one for subscriptions; it returns the function that ends it. */
export type Bridge = {
  readonly [C in ChannelName]: (input: ChannelInput<C>) => Promise<IpcResult<ChannelOutput<C>>>;
} & {
  readonly on: <N extends NoticeName>(notice: N, listener: (payload: Notice<N>) => void) => () => void;
};
