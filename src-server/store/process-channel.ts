/**
 * Server processes on one PostgreSQL tell one another in which property something was committed: LISTEN and NOTIFY on a connection of
 * their own, after the commit and not inside it, because a transaction that notifies takes a lock of the whole cluster while it commits.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Client } from 'pg';

export interface ProcessChannel {
  /** Tells the others. Returns at once; what cannot be sent is lost. */
  send(propertyId: string): void;
  /** @param listener gets the property, or null when the line was down and any may have been missed */
  listen(listener: (propertyId: string | null) => void): void;
  close(): Promise<void>;
}

const CHANNEL = 'keyrack_feed';
const TELL = `select pg_notify('${CHANNEL}', property_id) from unnest($1::text[]) as t (property_id)`;
/** In pg_stat_activity. */
const NAME = 'keyrack-announcements';
const CONNECT_TIMEOUT_MS = 5_000;
const AGAIN_MS = [1_000, 2_000, 5_000, 15_000] as const;

/** Connects, and connects again whenever the line breaks. @param onError each time that it does */
export function openProcessChannel(url: string, onError: (error: Error) => void): ProcessChannel {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let failures = 0;
  let told: (propertyId: string | null) => void = () => {};
  /** Sent when the turn of the event loop ends: a burst of commits is one statement a property. */
  const waiting = new Set<string>();

  const lost = (error: Error) => {
    if (closed || timer !== null) return;
    const broken = client;
    client = null;
    broken?.end().catch(() => undefined);
    onError(error);
    failures += 1;
    timer = setTimeout(connect, AGAIN_MS[Math.min(failures, AGAIN_MS.length) - 1]);
    timer.unref();
  };
  const connect = async () => {
    timer = null;
    const opened = new Client({
      connectionString: url,
      application_name: NAME,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    opened.on('error', lost);
    opened.on('end', () => {
      if (client === opened) lost(new Error('the connection for announcements ended'));
    });
    opened.on('notification', ({ payload }) => {
      if (payload !== undefined) told(payload);
    });
    try {
      await opened.connect();
      await opened.query(`listen ${CHANNEL}`);
    } catch (error) {
      await opened.end().catch(() => undefined);
      lost(error instanceof Error ? error : new Error('the connection for announcements failed'));
      return;
    }
    if (closed) {
      await opened.end();
      return;
    }
    client = opened;
    if (failures > 0) told(null);
    failures = 0;
  };
  const opening = connect();
  /** One statement after the other: what comes while one is under way goes with the next. */
  let sending: Promise<void> | null = null;
  const tellAll = async () => {
    await nextTurn();
    while (waiting.size > 0) {
      const properties = [...waiting];
      waiting.clear();
      await client?.query(TELL, [properties]).catch(lost);
    }
    sending = null;
  };

  return {
    send(propertyId) {
      waiting.add(propertyId);
      sending ??= tellAll();
    },
    listen(listener) {
      told = listener;
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await opening;
      await sending;
      await client?.end();
    },
  };
}
