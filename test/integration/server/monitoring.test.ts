/** What who runs the server sees of it, beside what terminals do: a process of its own, with a listener of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { systemClock } from '../../../src-server/clock.ts';
import { createLog } from '../../../src-server/log.ts';
import { type RunningServer, startServer } from '../../../src-server/start.ts';
import { PropertyId } from '../../../src-shared/model/ids.ts';
import { PROTOCOL_VERSION, routes } from '../../../src-shared/sync/protocol.ts';
import { type Client, createClient, enrolled, isAnswered, type Terminal } from './client.ts';
import { SMALL } from './house.ts';
import { copyFoundedServer } from './made-once.ts';
import { type ServerProcess, startProcess } from './server-process.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-monitoring-'));
let server: RunningServer;
let client: Client;
let terminal: Terminal;
beforeAll(async () => {
  await copyFoundedServer(dataDir, SMALL);
  const options = { dataDir, port: 0, operationsPort: 0, names: ['keyrack.hotel.example'] };
  server = await startServer(options, createLog('silent'), systemClock);
  client = createClient(server);
  const code = await server.enrolmentCode(PropertyId.parse('harbour-view'));
  terminal = await enrolled(client, code?.code ?? '');
});
afterAll(async () => {
  await client.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function read(path: string, url = server.operationsUrl ?? '') {
  const response = await fetch(new URL(path, url));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('the listener for who runs the server', () => {
  it('says that the server is well, and ready once the database has its newest form', async () => {
    expect(JSON.parse((await read('/healthz')).text)).toEqual({ ok: true });
    expect((await read('/readyz')).status).toBe(200);
    expect(new URL(server.operationsUrl ?? '').hostname).toBe('127.0.0.1');
  });

  it('counts requests, operations, refusals and lines, and names no terminal, person, guest or property', async () => {
    const line = createTransport(server, terminal);
    await line.lines(routes.live(terminal.propertyId), 1_024).next();
    await client.pull(terminal, 0);
    await client.ask(routes.operations(terminal.propertyId), { method: 'POST', as: terminal, raw: '{' });
    const body = { protocol: PROTOCOL_VERSION + 1 };
    await client.ask(routes.enrol, { method: 'POST', body });
    expect(await isAnswered(client.ask(routes.changes('elsewhere'), { as: terminal }))).toBe(false);
    const { text, headers } = await read('/metrics');
    expect(headers.get('content-type')).toContain('version=0.0.4');
    expect(text).toMatch(
      /keyrack_request_seconds_count\{method="GET",route="\/v1\/properties\/:property\/changes",status="200"\} [1-9]/,
    );
    for (const kind of ['unreadable', 'update-required', 'wrong-property']) {
      expect(text).toContain(`keyrack_refusals_total{kind="${kind}"} 1`);
    }
    expect(text).toContain('keyrack_live_lines 1');
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds [\d.]+/);
    for (const secret of [terminal.deviceId, terminal.propertyId, 'elsewhere']) expect(text).not.toContain(secret);
    await line.close();
    await expect.poll(async () => (await read('/metrics')).text).toContain('keyrack_live_lines 0');
  });

  it('describes every route of the protocol as OpenAPI, on a page that fetches nothing from elsewhere', async () => {
    const { openapi, paths } = z
      .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.looseObject({})) })
      .parse(JSON.parse((await read('/api/json')).text));
    expect(openapi).toMatch(/^3\./);
    const names = Object.values(routes).map((route) => (typeof route === 'string' ? route : route('{property}')));
    expect(Object.keys(paths).sort()).toEqual(names.sort());
    expect(JSON.stringify(paths[routes.enrol])).toContain('certificateRequest');
    const page = await read('/api/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.text.match(/(src|href)="(https?:)?\/\//g)).toBeNull();
  });

  it('answers to its own name only, and to no terminal: at their listener none of it is there', async () => {
    const { port } = new URL(server.operationsUrl ?? '');
    const status = await new Promise((resolve) => {
      get({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
    });
    expect(status).toBe(421);
    for (const path of ['/metrics', '/readyz', '/api', '/api/json', '/openapi.json', '/documentation/json']) {
      expect((await client.ask(path, { as: terminal })).status).toBe(404);
      expect(await isAnswered(client.ask(path))).toBe(false);
    }
  });
});

describe('a server that is told to stop', () => {
  it('answers what is in work, ends the live lines, and leaves with 0', async () => {
    await client.close();
    await server.stop();
    const child: ServerProcess = await startProcess(['--data-dir', dataDir, '--log-level', 'info']);
    const stopping = createClient(child);
    const live = createTransport(child, terminal);
    const told = live.lines(routes.live(terminal.propertyId), 1_024);
    await told.next();
    const five = () => Array.from({ length: 5 }, () => stopping.pull(terminal, 0, undefined, []));
    // On connections that stand: a request that comes after the stop is refused, however it was sent before.
    await Promise.all(five());
    const answered = () => child.stderr().match(/answered/g)?.length ?? 0;
    // The server says so after who asked has the answer: the first five are waited for, or they pass for the second.
    await expect.poll(answered).toBe(5);
    const asked = five();
    await expect.poll(answered, { interval: 2, timeout: 60_000 }).toBeGreaterThan(5);
    const ended = child.end('SIGTERM');
    for (const { end } of await Promise.all(asked)) expect(end.count).toBeGreaterThan(60);
    const rest = (async () => {
      for await (const _ of told);
    })();
    await rest.catch(() => undefined);
    const begun = Date.now();
    expect(await ended).toBe(0);
    // No connection that is kept alive is waited for.
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(child.stderr()).toContain('"msg":"stopped"');
    await live.close();
    await stopping.close();
  });
});
