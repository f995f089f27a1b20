/** The server with the demo hotel in it, inside this process: for `npm start` and for tests. */
import { type Clock, systemClock } from '../../src-server/clock.ts';
import { createLog, type Logger } from '../../src-server/log.ts';
import { startServer } from '../../src-server/start.ts';
import type { Store } from '../../src-server/store/store.ts';
import { ENTITIES } from '../../src-shared/model/index.ts';
import { PULL_PAGE } from '../../src-shared/sync/protocol.ts';
import { foundDemoHotel } from './found.ts';
import { DEMO_PROPERTY, type HotelPlan } from './hotel.ts';
import { type DemoEmployee, demoStaff } from './staff.ts';

export interface DemoServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly caPem: string;
  readonly caFile: string;
  /** Who can sign in, with passwords and second factors. */
  readonly staff: readonly DemoEmployee[];
  readonly store: Store;
  /** A fresh code that enrols one terminal within ten minutes. */
  enrolmentCode(): Promise<string>;
  stop(): Promise<void>;
}

export interface DemoServerOptions extends HotelPlan {
  readonly dataDir: string;
  /** 0, or left out: a free one. */
  readonly port?: number;
  /** `postgres://…`; left out for the embedded database. */
  readonly database?: string;
  readonly log?: Logger;
  /** Left out: the real one. */
  readonly clock?: Clock;
}

/** The directory holds a demo hotel whose people are not the ones asked for. */
export class OtherDemoHotel extends Error {
  override readonly name = 'OtherDemoHotel';
  constructor() {
    super('the demo hotel here has another seed, or is of an earlier form: use that seed, or an empty directory');
  }
}

/**
 * Starts the server and founds the demo hotel if the database has none. A hotel that is there already keeps its own guests, rooms
 * and business date.
 * @throws OtherDemoHotel when it was founded with another seed, and its staff have other second factors than would be returned here, or in an
 *   earlier form of this program
 */
export async function startDemoServer(options: DemoServerOptions): Promise<DemoServer> {
  const { dataDir, port = 0, database, log = createLog('warn'), clock = systemClock, ...plan } = options;
  const server = await startServer({ dataDir, port, database }, log, clock);
  const { store } = server;
  const staff = demoStaff(plan.seed);
  try {
    if (!(await store.hasProperty(DEMO_PROPERTY))) await foundDemoHotel({ store, ...plan });
    else if (!(await employs(store, staff))) throw new OtherDemoHotel();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: server.url,
    caPem: server.caPem,
    caFile: server.caFile,
    staff,
    store,
    enrolmentCode: async () => {
      const issued = await server.enrolmentCode(DEMO_PROPERTY);
      if (issued === null) throw new Error('the demo hotel was founded and is gone');
      return issued.code;
    },
    stop: server.stop,
  };
}

/** Whether any of these people are in the feed; the hotel's founding put its staff right behind the rooms. */
async function employs(store: Store, staff: readonly DemoEmployee[]): Promise<boolean> {
  const ids = new Set<string>(staff.map(({ id }) => id));
  const { rows } = await store.readFeed(DEMO_PROPERTY, 0, PULL_PAGE);
  return rows.some(
    ({ entity, json }) =>
      entity === 'employee' && ids.has(ENTITIES.employee.safeParse(JSON.parse(json)).data?.id ?? ''),
  );
}
