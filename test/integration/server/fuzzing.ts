/**
 * A terminal of the hotel in wrong hands, with a good certificate and nobody's password: it asks every route for anything, in any
 * order, as those who may do nothing with guests or as nobody.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PushResponse, type PutLine, ServerProblem } from '../../../src-shared/sync/protocol.ts';
import { enrolled, isAnswered, type Terminal } from './client.ts';
import { nearly } from './from-schema.ts';
import type { House } from './house.ts';

const REQUESTS = 300;
/** The route that writes has two dozen kinds of operations; the others are one thing each. */
const OPERATIONS_WEIGHT = 30;
/** Answers that never end (living.ts). */
const ENDLESS = ['/v1/properties/{property}/live'];
/** What nobody of whom it says it were may write, or only with a signature that it cannot make. */
const OUT_OF_REACH = new Set<PutLine['entity']>([
  'property',
  'employee',
  'guest',
  'guestSeed',
  'guestErasure',
  'guestNote',
  'stay',
  'room',
  'entitlement',
  'classGrant',
  'classEpoch',
  'conflict',
  'posting',
  'dayClose',
]);

const Page = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        parameters: z
          .array(
            z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: z.unknown() }),
          )
          .default([]),
        requestBody: z
          .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) })
          .optional(),
      }),
    ),
  ),
});

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

export function fuzzing(house: () => House): void {
  describe('a terminal in wrong hands', () => {
    let terminal: Terminal;
    const rows = async () => {
      const kept = new Map<string, unknown>();
      for (let after = 0; ; ) {
        const { puts, end } = await house().client().pull(terminal, after);
        for (const { entity, row } of puts) if (OUT_OF_REACH.has(entity)) kept.set(`${entity} ${row.id}`, row);
        after = end.cursor;
        if (!end.more) return kept;
      }
    };
    const refusals = async () => {
      const text = await (await fetch(new URL('/metrics', house().server().operationsUrl ?? ''))).text();
      const counts = text.matchAll(/^keyrack_operations_total\{[^}]*outcome="refused"[^}]*\} (\d+)$/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    };

    beforeAll(async () => {
      terminal = await enrolled(house().client(), await house().code());
    });

    it('is answered in the words of the protocol, changes nothing of any guest, key or colleague, and is counted', async () => {
      const before = await rows();
      const refusedBefore = await refusals();
      const { paths } = Page.parse(
        await (await fetch(new URL('/api/json', house().server().operationsUrl ?? ''))).json(),
      );
      const idsOf = (entity: string) =>
        [...before.keys()].flatMap((key) => (key.startsWith(`${entity} `) ? [key.slice(entity.length + 1)] : []));
      // Those who may do nothing with guests.
      const people = (['it', 'finance'] as const).map((role) => house().employee(role).id);
      const known = {
        employeeId: people,
        authorId: people,
        orderedBy: people,
        openedBy: people,
        guestId: idsOf('guest'),
        stayId: idsOf('stay'),
        roomId: idsOf('room'),
        propertyId: [terminal.propertyId],
      };
      const questions = Object.entries(paths)
        .filter(([path]) => !ENDLESS.includes(path))
        .flatMap(([path, methods]) =>
          Object.entries(methods).map(([method, { parameters, requestBody }]): fc.WeightedArbitrary<Asked> => {
            const address = path.replace('{property}', terminal.propertyId);
            const query = fc.record(
              Object.fromEntries(
                parameters
                  .filter((one) => one.in === 'query')
                  .map(({ name, schema }) => [name, nearly(schema, known, name)]),
              ),
              {
                requiredKeys: parameters
                  .filter((one) => one.required)
                  .flatMap(({ name }) => (name === 'property' ? [] : [name])),
              },
            );
            if (method === 'get')
              return {
                weight: 1,
                arbitrary: query.map((asked) => ({
                  method: 'GET',
                  path: `${address}?${new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]))}`,
                })),
              };
            const schema = requestBody?.content['application/json']?.schema ?? {};
            const arbitrary = nearly(schema, known).map((body) => ({ method: 'POST' as const, path: address, body }));
            return { weight: path.endsWith('/operations') ? OPERATIONS_WEIGHT : 1, arbitrary };
          }),
        );
      let refused = 0;
      const answered = new Set<number>();
      await fc.assert(
        fc.asyncProperty(fc.oneof(...questions), async ({ method, path, body }) => {
          const answer = house()
            .client()
            .ask(path, { method, as: terminal, ...(body === undefined ? {} : { body }) });
          // Who forges a signature is shut out without a word.
          if (!(await isAnswered(answer))) return;
          const { status, text } = await answer;
          answered.add(status);
          expect(status).toBeLessThan(500);
          if (status >= 400) ServerProblem.parse(JSON.parse(text));
          if (status === 200 && path.endsWith('/operations'))
            refused += PushResponse.parse(JSON.parse(text)).results.filter((one) => one.status === 'refused').length;
        }),
        { numRuns: REQUESTS },
      );
      // It came far enough: bodies that fit were among them.
      expect(answered).toContain(200);
      expect(refused).toBeGreaterThan(0);
      expect(await rows()).toEqual(before);
      expect((await refusals()) - refusedBefore).toBe(refused);
    });
  });
}
