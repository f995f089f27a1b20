import { describe, expect, it } from 'vitest';
import { SEALED_CLASSES } from '../../../src-shared/model/classes.ts';
import { ENTITIES, GUEST_SEALED_FIELDS } from '../../../src-shared/model/index.ts';
import { PROTOCOL_VERSION, PULL_PAGE, type PutLine, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled } from './client.ts';
import type { House } from './house.ts';

export function pulling(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());

  describe('pull', () => {
    it('brings the whole hotel between a header and an end line, in the order of seq', async () => {
      const { hotel, staff, now, client } = house();
      const { header, puts, end } = await client().pull(await terminal(), 0);
      expect(header).toEqual({
        kind: 'header',
        protocol: PROTOCOL_VERSION,
        propertyId: hotel.property.id,
        after: 0,
        lastSeq: end.cursor,
        generation: 0,
        serverTime: now(),
        mayHold: [...SEALED_CLASSES],
        purge: [],
        stale: false,
        idsKeptFrom: 0,
      });
      expect(end).toMatchObject({ more: false, count: puts.length, cursor: puts.at(-1)?.seq });
      const seqs = puts.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      const ids = (entity: PutLine['entity']) => puts.flatMap((put) => (put.entity === entity ? [put.row.id] : []));
      expect(ids('property')).toEqual([hotel.property.id]);
      expect(ids('room')).toEqual(hotel.rooms.map(({ id }) => id));
      expect(ids('employee')).toEqual(staff.map(({ id }) => id));
      expect(ids('guest')).toEqual(hotel.guests.map(({ id }) => id));
      expect(ids('stay')).toEqual([...hotel.currentStays, ...hotel.pastStays].map(({ id }) => id));
      for (const { entity, row } of puts) expect(ENTITIES[entity].safeParse(row).success).toBe(true);
    });

    it('hands out what is secret of a guest sealed, and what is basic as it is', async () => {
      const { hotel, client } = house();
      const { puts } = await client().pull(await terminal(), 0);
      const text = JSON.stringify(puts);
      for (const guest of hotel.guests) {
        const row = puts.find((put) => put.entity === 'guest' && put.row.id === guest.id)?.row;
        expect(row).toMatchObject({ name: guest.name, phone: guest.phone, documentType: guest.documentType });
        for (const field of ['documentNumber', 'cardNumber', 'documentAddress', 'invoiceTaxNumber'] as const) {
          if (guest[field] !== null) expect(text).not.toContain(guest[field]);
        }
      }
      const arriving = puts.find((put) => put.entity === 'guest' && put.row.id === hotel.stories.arriving.id)?.row;
      for (const field of GUEST_SEALED_FIELDS) expect(arriving).toHaveProperty(`${field}.sealed`);
    });

    it('goes page by page from cursor to cursor and misses nothing', async () => {
      const device = await terminal();
      const whole = await house().client().pull(device, 0);
      const paged: PutLine[] = [];
      for (let after = 0; ; ) {
        const { puts, end } = await house().client().pull(device, after, 25);
        expect(puts.length).toBeLessThanOrEqual(25);
        expect(end).toMatchObject({ count: puts.length, cursor: puts.at(-1)?.seq });
        paged.push(...puts);
        after = end.cursor;
        if (!end.more) break;
        expect(puts).toHaveLength(25);
      }
      expect(paged).toEqual(whole.puts);
    });

    it('says that there is no more when a page ends with the last row', async () => {
      const device = await terminal();
      const { count, cursor } = (await house().client().pull(device, 0)).end;
      expect((await house().client().pull(device, 0, count)).end).toMatchObject({ more: false, cursor });
    });

    it('answers with nothing and the same cursor when nothing is new, or the cursor is of a future', async () => {
      const device = await terminal();
      const { cursor } = (await house().client().pull(device, 0)).end;
      for (const after of [cursor, cursor + 1_000, Number.MAX_SAFE_INTEGER]) {
        expect((await house().client().pull(device, after)).end).toEqual({
          kind: 'end',
          cursor: after,
          more: false,
          count: 0,
        });
      }
    });

    it('brings a row that changed again, once, under its new seq', async () => {
      const { hotel, server, client } = house();
      const device = await terminal();
      const { cursor } = (await client().pull(device, 0)).end;
      const [room] = hotel.rooms;
      if (room === undefined) throw new Error('a hotel without rooms');
      const row = { ...room, status: 'inspected' } as const;
      await server().store.appendRows(hotel.property.id, [{ entity: 'room', row }]);
      const { puts } = await client().pull(device, cursor);
      expect(puts).toEqual([{ kind: 'put', entity: 'room', seq: cursor + 1, row, versions: { status: cursor + 1 } }]);
      const again = (await client().pull(device, 0)).puts.filter((put) => put.row.id === room.id);
      expect(again).toHaveLength(1);
    });

    it.each([
      ['', 'after'],
      ['after=', 'after'],
      ['after=-1', 'after'],
      ['after=1.5', 'after'],
      ['after=1e3', 'after'],
      ['after=99999999999999999999', 'after'],
      ['after=9007199254740993', 'after'],
      ['after=1&after=2', 'after'],
      ['after=0&limit=0', 'limit'],
      [`after=0&limit=${PULL_PAGE + 1}`, 'limit'],
      ['after=0&since=-1', 'since'],
      ['after=0&from=4', 'from'],
      ['after=0;drop%20table%20guest', 'after'],
    ])('refuses the question "%s" by the name of %s', async (query, field) => {
      const { hotel, client } = house();
      const as = await terminal();
      const answer = await client().ask(`${routes.changes(hotel.property.id)}?${query}&classes=`, { as });
      expect([answer.status, answer.json()]).toMatchObject([400, { error: { code: 'invalid-request', field } }]);
      expect(answer.text).not.toContain('drop');
    });
  });
}
