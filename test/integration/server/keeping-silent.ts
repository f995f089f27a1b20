import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled, isAnswered } from './client.ts';
import type { House } from './house.ts';
import { MARK } from './refusing.ts';

/** Runs last: looks at everything that was logged meanwhile. */
export function keepingSilent(house: () => House): void {
  describe('the log', () => {
    it('tells of every answer by route and status, and of no query string, certificate, code or body', async () => {
      const { client, addition } = house();
      const code = await house().code();
      const terminal = await enrolled(client(), code);
      const added = addition({}, { text: `secret-text-${MARK}` });
      await client().push(terminal, [added]);
      await client().pull(terminal, 41);
      await client().ask(`${routes.changes(terminal.propertyId)}?after=x${MARK}`, { as: terminal });
      await isAnswered(client().ask(`${routes.changes(terminal.propertyId)}?after=y${MARK}`));
      const log = house().log();
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.filter(({ msg }) => msg === 'answered').length).toBeGreaterThan(100);
      expect(lines).toContainEqual(
        expect.objectContaining({ method: 'GET', route: routes.changes(':property'), status: 400 }),
      );
      expect(lines).toContainEqual(
        expect.objectContaining({ route: routes.changes(':property'), cause: 'no-certificate', msg: 'shut out' }),
      );
      for (const secret of [MARK, 'after=', '?', terminal.certificate, code, added.note.text, added.note.id]) {
        expect(log).not.toContain(secret);
      }
    });

    it('keeps an incident that the answer names, without what was being done', async () => {
      const { client, addition, server } = house();
      const terminal = await enrolled(client(), await house().code());
      const added = addition({}, { text: `secret-text-${MARK}` });
      await server().store.close();
      const body = { protocol: PROTOCOL_VERSION, operations: [added] };
      const answer = await client().ask(routes.operations(terminal.propertyId), { method: 'POST', as: terminal, body });
      expect([answer.status, answer.json()]).toMatchObject([500, { error: { code: 'internal' } }]);
      const incident = /incident ([0-9a-f-]{36})/.exec(answer.text)?.[1] ?? 'none';
      expect(house().log()).toContain(incident);
      for (const secret of [MARK, terminal.certificate, added.note.id])
        expect(house().log() + answer.text).not.toContain(secret);
    });
  });
}
