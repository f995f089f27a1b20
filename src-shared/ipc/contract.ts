/**
 * Every channel between main and the app's page, once (DESIGN §6). Main's wrapper and the renderer's client are both made from
 * this table; a channel that is not here does not exist. None takes a password or code: those are typed into the prompt window,
 * which has a contract of its own (prompt-contract.ts).
 */
import { z } from 'zod';
import type { Channel } from './channel.ts';
import { ARRIVALS_CHANNELS } from './channels/arrivals.ts';
import { AUDIT_CHANNELS } from './channels/audit.ts';
import { CASES_CHANNELS } from './channels/cases.ts';
import { CHANGES_CHANNELS } from './channels/changes.ts';
import { FOLIO_CHANNELS } from './channels/folio.ts';
import { FOUNDING_CHANNELS } from './channels/founding.ts';
import { GUESTS_CHANNELS } from './channels/guests.ts';
import { LOG_CHANNELS } from './channels/log.ts';
import { SESSION_CHANNELS } from './channels/session.ts';
import { STAFF_CHANNELS } from './channels/staff.ts';
import { SYNC_CHANNELS } from './channels/sync.ts';
import { TERMINAL_CHANNELS } from './channels/terminal.ts';
import { TERMINALS_CHANNELS } from './channels/terminals.ts';
import { AppStatus, SessionView, SyncView } from './views.ts';

export const CHANNELS = {
  ...TERMINAL_CHANNELS,
  ...TERMINALS_CHANNELS,
  ...FOUNDING_CHANNELS,
  ...STAFF_CHANNELS,
  ...SESSION_CHANNELS,
  ...GUESTS_CHANNELS,
  ...ARRIVALS_CHANNELS,
  ...CHANGES_CHANNELS,
  ...FOLIO_CHANNELS,
  ...AUDIT_CHANNELS,
  ...CASES_CHANNELS,
  ...LOG_CHANNELS,
  ...SYNC_CHANNELS,
} as const satisfies Record<string, Channel>;

export type ChannelName = keyof typeof CHANNELS;
export type ChannelInput<C extends ChannelName> = z.input<(typeof CHANNELS)[C]['input']>;
export type ChannelParsedInput<C extends ChannelName> = z.output<(typeof CHANNELS)[C]['input']>;
export type ChannelOutput<C extends ChannelName> = z.output<(typeof CHANNELS)[C]['output']>;

/** What main tells the renderer unasked. The payload says what is new, never guest data. */
export const NOTICES = {
  'app.changed': AppStatus,
  'session.changed': SessionView,
  'sync.changed': SyncView,
  /** Rows changed: a screen that shows them asks again. */
  'data.changed': z.strictObject({ rows: z.int() }),
} as const;
export type NoticeName = keyof typeof NOTICES;
export type Notice<N extends NoticeName> = z.output<(typeof NOTICES)[N]>;
