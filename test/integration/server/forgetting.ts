import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src-server/log.ts';
import { createMetrics } from '../../../src-server/monitoring/metrics.ts';
import { forgetOnce } from '../../../src-server/retention/schedule.ts';
import { PORTION } from '../../../src-server/store/forget.ts';
import { type Conflict, SecurityCase } from '../../../src-shared/model/entities.ts';
import { CaseId, ConflictId, GuestId, NoteId, OperationId, StayId } from '../../../src-shared/model/ids.ts';
import { PullEnd, PullHeader, routes } from '../../../src-shared/sync/protocol.ts';
import { conflict } from '../store/builders.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

const HOUR_MS = 3_600_000;
/** Kept for two hours, where three pass. */
const SHORT = { tombstones: 2 * HOUR_MS, operationIds: 2 * HOUR_MS };
const LONG = 400 * 24 * HOUR_MS;

/** What the server does not keep for ever, and what a terminal hears of it that was away for longer. */
export function forgetting(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const forget = (keptFor: Partial<typeof SHORT>) =>
    house()
      .server()
      .store.forget({ tombstones: LONG, operationIds: LONG, ...keptFor });
  const append = (puts: Parameters<ReturnType<House['server']>['store']['appendRows']>[1]) =>
    house().server().store.appendRows(house().hotel.property.id, puts);
  const rowsOf = async (device: Terminal) => (await house().client().pull(device, 0)).puts;
  const erasures = (count: number, at = house().now()) =>
    Array.from({ length: count }, () => ({
      entity: 'guestErasure' as const,
      row: { id: GuestId.parse(ulid(at)), erasedAt: at },
    }));
  const noteNow = (change: Partial<ReturnType<House['addition']>> = {}) =>
    house().addition({ id: OperationId.parse(ulid(house().now())), ...change }, { id: NoteId.parse(ulid()) });

  describe('what was kept long enough', () => {
    it('leaves the feed in portions, erasures and settled conflicts; what is younger or open stays', async () => {
      const device = await terminal();
      const old = erasures(PORTION + 1);
      const conflictAt = (at: number, change: Partial<Conflict>): Conflict =>
        conflict(1, { id: ConflictId.parse(ulid(at)), settledAt: at, state: 'settled', ...change });
      const settled = conflictAt(house().now(), {});
      const open = conflictAt(house().now(), { state: 'open', settledAt: null });
      await append([...old, ...[settled, open].map((row) => ({ entity: 'conflict' as const, row }))]);
      house().advance(3 * HOUR_MS);
      const [young] = erasures(1);
      const lately = conflictAt(house().now(), { id: settled.id.replace(/.$/, 'Z') as ConflictId });
      await append([...(young === undefined ? [] : [young]), { entity: 'conflict', row: lately }]);
      const forgotten = await forget({ tombstones: SHORT.tombstones });
      expect(forgotten).toMatchObject({ operationIds: 0 });
      expect(forgotten.erasures).toBeGreaterThan(PORTION);
      expect(forgotten.conflicts).toBeGreaterThan(0);
      const left = new Set((await rowsOf(device)).map(({ row }) => row.id as string));
      expect(old.filter(({ row }) => left.has(row.id))).toEqual([]);
      expect([settled, open, lately, young?.row].map((row) => left.has(row?.id ?? ''))).toEqual([
        false,
        true,
        true,
        true,
      ]);
      expect(await forget({ tombstones: SHORT.tombstones })).toMatchObject({ erasures: 0, conflicts: 0 });
    });

    it('has a terminal that has not heard of it take everything anew, and no other', async () => {
      const { client } = house();
      const [away, kept] = [await terminal(), await terminal()];
      const { cursor } = (await client().pull(away, 0)).end;
      await append(erasures(1));
      const heard = (await client().pull(kept, cursor)).end.cursor;
      house().advance(3 * HOUR_MS);
      await forget({ tombstones: SHORT.tombstones });
      const { header, puts, end } = await client().pull(away, cursor);
      expect([header, puts, end]).toMatchObject([{ stale: true }, [], { cursor, more: false, count: 0 }]);
      const lines = async (as: Terminal, query: string, path = routes.snapshot(as.propertyId)) =>
        (await client().ask(`${path}?classes=&${query}`, { as })).text.trim().split('\n');
      const snapshot = await lines(away, `after=${cursor}`);
      expect(snapshot).toHaveLength(2);
      expect(PullHeader.parse(JSON.parse(snapshot[0] ?? ''))).toMatchObject({ stale: true });
      expect(PullEnd.parse(JSON.parse(snapshot[1] ?? ''))).toMatchObject({ cursor, more: false });
      // Who has heard of it, and who begins.
      expect((await client().pull(kept, heard)).header.stale).toBe(false);
      const anew = await client().pull(away, 0);
      expect(anew.header.stale).toBe(false);
      // What was gone when it began does not concern it, though its last row is one from before.
      for (const path of [routes.changes(away.propertyId), routes.snapshot(away.propertyId)]) {
        const [first] = await lines(away, `after=${cursor}&since=${anew.header.lastSeq}`, path);
        expect(PullHeader.parse(JSON.parse(first ?? ''))).toMatchObject({ stale: false });
      }
    });

    it('is no operation a second time: one whose id may be forgotten comes back, with nothing done', async () => {
      const { client } = house();
      const device = await terminal();
      const [known, waits] = [noteNow(), noteNow()];
      const fast = noteNow({ id: OperationId.parse(ulid(house().now() + 20 * HOUR_MS)) });
      await client().push(device, [known, fast]);
      expect(await client().push(device, [known])).toMatchObject([{ status: 'duplicate' }]);
      house().advance(3 * HOUR_MS);
      const before = await rowsOf(device);
      const fresh = noteNow();
      expect((await forget({ operationIds: SHORT.operationIds })).operationIds).toBeGreaterThan(0);
      expect(await client().push(device, [known, waits, fast, fresh])).toMatchObject([
        { status: 'refused', reason: 'too-old' },
        // Never seen, and nobody can tell.
        { status: 'refused', reason: 'too-old' },
        // Its terminal's clock was fast: it is kept for as long as it says to be young.
        { status: 'duplicate' },
        { status: 'applied' },
      ]);
      expect(await client().push(device, [waits])).toMatchObject([{ status: 'refused', reason: 'too-old' }]);
      const notes = (rows: typeof before) => rows.filter(({ entity }) => entity === 'guestNote').length;
      expect(notes(await rowsOf(device))).toBe(notes(before) + 1);
      expect((await client().pull(device, 0)).header.idsKeptFrom).toBe(house().now() - SHORT.operationIds);
      // Kept for longer from now on: what was forgotten is forgotten.
      await forget({});
      expect(await client().push(device, [noteNow({ id: known.id })])).toMatchObject([{ reason: 'too-old' }]);
    });

    it('keeps no case from the security officer', async () => {
      const { client, employee } = house();
      const device = await terminal();
      const opened = SecurityCase.parse({
        id: CaseId.parse(ulid()),
        kind: 'break-glass',
        openedAt: house().now(),
        openedBy: employee('duty-manager').id,
        role: 'duty-manager',
        stayId: StayId.parse(ulid()),
        guestId: house().hotel.stories.arriving.id,
        class: null,
        reasonText: null,
        confirmedBy: employee('receptionist').id,
        terminal: device.deviceId,
        entry: 7,
        state: 'open',
        closedBy: null,
        closedAt: null,
        verdict: null,
        finding: null,
      });
      const id = OperationId.parse(ulid(house().now()));
      house().advance(3 * HOUR_MS);
      await forget({ operationIds: SHORT.operationIds });
      const opening = {
        id,
        kind: 'case.open',
        employeeId: opened.openedBy,
        at: opened.openedAt,
        case: opened,
      } as const;
      expect(await client().push(device, [opening])).toMatchObject([{ status: 'applied' }]);
    });

    it('is counted and told of in one line, with numbers alone', async () => {
      await append(erasures(3));
      house().advance(3 * HOUR_MS);
      let written = '';
      const write = (line: string) => {
        written += line;
      };
      const log = createLog('info', { write });
      const metrics = createMetrics();
      await forgetOnce(SHORT, { forget: house().server().store.forget, log, metrics });
      await forgetOnce(SHORT, { forget: () => Promise.reject(new Error('secret')), log, metrics });
      const [done, failed] = written
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(Object.keys(done).sort()).toEqual(
        ['level', 'time', 'properties', 'erasures', 'conflicts', 'operationIds', 'msg'].sort(),
      );
      expect(done).toMatchObject({ properties: expect.any(Number), erasures: 3 });
      expect(failed).toMatchObject({ level: 50, msg: expect.stringContaining('failed') });
      expect(written).not.toContain('secret');
      const { text } = await metrics.read();
      expect(text).toContain('keyrack_forgotten_total{kind="erasure"} 3');
      expect(text).toContain('keyrack_forgetting_runs_total{outcome="done"} 1');
      expect(text).toContain('keyrack_forgetting_runs_total{outcome="failed"} 1');
    });
  });
}
