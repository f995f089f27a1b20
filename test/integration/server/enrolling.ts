import { describe, expect, it } from 'vitest';
import { PropertyId } from '../../../src-shared/model/ids.ts';
import { EnrolResponse, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled, PUBLIC_KEY } from './client.ts';
import type { House } from './house.ts';

const TEN_MINUTES = 10 * 60_000;

export function enrolling(house: () => House): void {
  describe('enrolment', () => {
    it('trades a code for a terminal of its property, which the feed then tells of', async () => {
      const { client, code, hotel } = house();
      const answer = await client().enrol(await code(), { deviceName: '前台 2' });
      expect(answer.status).toBe(200);
      const terminal = EnrolResponse.parse(answer.json());
      expect(terminal.propertyId).toBe(hotel.property.id);
      expect(Buffer.from(terminal.token, 'base64url')).toHaveLength(32);
      const puts = await all(house(), terminal);
      const device = puts.find(({ row }) => row.id === terminal.deviceId);
      expect(device?.row).toMatchObject({ name: '前台 2', publicKey: PUBLIC_KEY, enrolledAt: house().now() });
    });

    it('takes a code as people type it', async () => {
      const { client, code } = house();
      const typed = (await code()).toLowerCase().replace('-', '  ').replaceAll('0', 'o').replaceAll('1', 'l');
      expect((await client().enrol(` ${typed} `)).status).toBe(200);
    });

    it('takes a code once, also when two come with it at the same moment', async () => {
      const { client, code } = house();
      const one = await code();
      const answers = await Promise.all([client().enrol(one), client().enrol(one), client().enrol(one)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
      const later = await client().enrol(one);
      expect([later.status, later.json()]).toMatchObject([403, { error: { code: 'unknown-code' } }]);
    });

    it('takes a code for ten minutes and not a moment longer', async () => {
      const { client, code, advance } = house();
      const [inTime, late] = [await code(), await code()];
      advance(TEN_MINUTES - 1);
      expect((await client().enrol(inTime)).status).toBe(200);
      advance(1);
      expect((await client().enrol(late)).status).toBe(403);
    });

    it('says the same of a wrong, a used and an old code', async () => {
      const { client, code, advance } = house();
      const [used, old] = [await code(), await code()];
      await client().enrol(used);
      const afterUse = await client().enrol(used);
      advance(TEN_MINUTES);
      const texts = [afterUse, await client().enrol(old), await client().enrol('00000-00000')].map(({ text }) => text);
      expect(new Set(texts).size).toBe(1);
    });

    it('stops after ten wrong codes in a minute, a good one too, and goes on in the next', async () => {
      const { client, code, advance } = house();
      advance(60_000);
      const good = await code();
      const wrong = await Promise.all(Array.from({ length: 12 }, () => client().enrol('00000-00000')));
      expect(wrong.filter(({ status }) => status === 403)).toHaveLength(10);
      const refused = await client().enrol(good);
      expect([refused.status, refused.json()]).toMatchObject([429, { error: { code: 'too-many-requests' } }]);
      expect(Number(refused.headers['retry-after'])).toBe(60);
      advance(60_000);
      expect((await client().enrol(good)).status).toBe(200);
    });

    it('does not count the codes that were good', async () => {
      const { client, code, advance } = house();
      advance(60_000);
      for (let i = 0; i < 12; i++) expect((await client().enrol(await code())).status).toBe(200);
    });

    it('issues no code for a property that is not there', async () => {
      expect(await house().server().store.issueEnrolmentCode(PropertyId.parse('nowhere'))).toBeNull();
    });
  });

  describe('the gate', () => {
    const turnedAway = { error: { code: 'unauthorised' } };

    it('turns away who has no token, a wrong one or one of another shape, and reads no body', async () => {
      const { client, hotel, code } = house();
      const { token } = await enrolled(client(), await code());
      const changes = `${routes.changes(hotel.property.id)}?after=0`;
      const wrong = Buffer.alloc(32).toString('base64url');
      const presented = ['', 'Bearer', `Basic ${token}`, `Bearer ${token}${token}`, `Bearer ${wrong}`, token];
      for (const authorization of presented) {
        const answer = await client().ask(changes, { headers: { authorization } });
        expect([answer.status, answer.json()]).toMatchObject([401, turnedAway]);
      }
      const push = await client().ask(routes.operations(hotel.property.id), { method: 'POST', raw: '{"not json' });
      expect(push.status).toBe(401);
    });

    it('keeps each property to its own terminals', async () => {
      const { client, code, hotel, server } = house();
      const id = PropertyId.parse('other-house');
      if (!(await server().store.hasProperty(id))) await server().store.foundProperty({ ...hotel.property, id }, []);
      const issued = await server().store.issueEnrolmentCode(id);
      const [ours, theirs] = [await enrolled(client(), await code()), await enrolled(client(), issued?.code ?? '')];
      expect(theirs.propertyId).toBe(id);
      for (const [property, token] of [
        [id, ours.token],
        [hotel.property.id, theirs.token],
        ['nowhere', ours.token],
        ["x'%20or%201=1--", ours.token],
      ] as const) {
        const answer = await client().ask(`${routes.changes(property)}?after=0`, { token });
        expect([answer.status, answer.json()]).toMatchObject([401, turnedAway]);
      }
      expect((await all(house(), theirs)).map(({ entity }) => entity)).toEqual(['property', 'device']);
    });

    it('shuts a revoked terminal out at once, and the feed tells the others', async () => {
      const { client, code, hotel, server, advance } = house();
      const [lost, other] = [await enrolled(client(), await code()), await enrolled(client(), await code())];
      const { cursor } = (await client().pull(other, 0)).end;
      advance(1_000);
      expect(await server().store.revokeDevice(hotel.property.id, lost.deviceId)).toBe(true);
      expect(await server().store.revokeDevice(hotel.property.id, lost.deviceId)).toBe(false);
      const { token } = lost;
      expect((await client().ask(`${routes.changes(hotel.property.id)}?after=0`, { token })).status).toBe(401);
      await expect(client().push(lost, [house().addition()])).rejects.toThrow('401');
      const told = (await client().pull(other, cursor)).puts.find(({ row }) => row.id === lost.deviceId);
      expect(told?.row).toMatchObject({ revokedAt: house().now() });
    });

    it('remembers its terminals over a restart', async () => {
      const terminal = await enrolled(house().client(), await house().code());
      await house().restart();
      expect((await house().client().pull(terminal, 0)).end.count).toBeGreaterThan(0);
    });
  });
}

async function all({ client }: House, terminal: EnrolResponse) {
  return (await client().pull(terminal, 0)).puts;
}
