/** The server of a simulation: the real one, in a process of its own that can be killed, with a few things to ask of it beside its port. */

import { systemClock } from '../../src-server/clock.ts';
import { createLog } from '../../src-server/log.ts';
import { startServer } from '../../src-server/start.ts';
import { PropertyId } from '../../src-shared/model/ids.ts';
import { PULL_PAGE } from '../../src-shared/sync/protocol.ts';
import type { Asked, FeedRow } from './server.ts';

const [dataDir = '', database] = process.argv.slice(2);
const server = await startServer({ dataDir, port: 0, database }, createLog('warn'), systemClock);
const { store } = server;

async function answer(asked: Asked): Promise<unknown> {
  switch (asked.ask) {
    case 'found':
      return store.foundProperty(asked.property, asked.puts);
    case 'code': {
      const issued = await store.issueEnrolmentCode(PropertyId.parse(asked.property));
      return issued?.code;
    }
    case 'profile':
      return store.setProfile(PropertyId.parse(asked.property), asked.device, asked.classes);
    case 'newest':
      return (await store.readHolding(PropertyId.parse(asked.property), asked.device)).lastSeq;
    case 'may-hold':
      return (await store.readHolding(PropertyId.parse(asked.property), asked.device)).mayHold;
    case 'feed': {
      const rows: FeedRow[] = [];
      for (let after = 0; ; ) {
        const page = await store.readFeed(PropertyId.parse(asked.property), after, PULL_PAGE);
        for (const { entity, seq, json, versions } of page.rows) {
          rows.push({ entity, seq, row: JSON.parse(json), versions: versions === null ? {} : JSON.parse(versions) });
        }
        if (!page.more) return rows;
        after = page.cursor;
      }
    }
  }
}

process.on('message', (asked: Asked & { readonly id: number }) => {
  void answer(asked).then(
    (value) => process.send?.({ id: asked.id, value }),
    (error: unknown) => process.send?.({ id: asked.id, problem: error instanceof Error ? error.message : 'failed' }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: server.url, caPem: server.caPem });
