import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled } from './client.ts';
import type { House } from './house.ts';
import { MARK } from './refusing.ts';

/** Runs last: looks at everything that was logged meanwhile. */
export function keepingSilent(house: () => House): void {
  describe('the log', () => {
    it('tells of every answer by route and status, and of no query string, token, code or body', async () => {
      const { client, addition } = house();
      const code = await house().code();
      const terminal = await enrolled(client(), code);
      const added = addition({}, { text: `secret-text-${MARK}` });
      await client().push(terminal, [added]);
      await client().pull(terminal, 41);
      await client().ask(`${routes.changes(terminal.propertyId)}?after=x${MARK}`, { token: `${MARK}${MARK}` });
      const log = house().log();
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.filter(({ msg }) => msg === 'answered').length).toBeGreaterThan(100);
      expect(lines).toContainEqual(
        expect.objectContaining({ method: 'GET', route: routes.changes(':property'), status: 401 }),
      );
      for (const secret of [MARK, 'after=', '?', terminal.token, code, added.note.text, added.note.id]) {
        expect(log).not.toContain(secret);
      }
      expect(log).not.toMatch(/authorization|bearer/i);
    });

    it('keeps an incident that the answer names, without what was being done', async () => {
      const { client, addition, server } = house();
      const terminal = await enrolled(client(), await house().code());
      const added = addition({}, { text: `secret-text-${MARK}` });
      await server().store.close();
      const body = { protocol: PROTOCOL_VERSION, operations: [added] };
      const { token, propertyId } = terminal;
      const answer = await client().ask(routes.operations(propertyId), { method: 'POST', token, body });
      expect([answer.status, answer.json()]).toMatchObject([500, { error: { code: 'internal' } }]);
      const incident = /incident ([0-9a-f-]{36})/.exec(answer.text)?.[1] ?? 'none';
      expect(house().log()).toContain(incident);
      for (const secret of [MARK, token, added.note.id]) expect(house().log() + answer.text).not.toContain(secret);
    });
  });
}
