/** Terminals of a chain whose line was cut come back together: none storms the server, others are answered meanwhile, and all get what they missed. */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../scripts/demo/random.ts';
import { enrol } from '../../src-main/sync/enrol.ts';
import { createTransport } from '../../src-main/sync/transport.ts';
import { generateCertificateKey, requestCertificate } from '../../src-main/vault/certificate-request.ts';
import type { Terminal } from '../integration/server/client.ts';
import { copyEmptyServer } from '../integration/server/made-once.ts';
import { type Cable, openCable } from '../integration/sync/cable.ts';
import { type LightTerminal, lightTerminal } from '../integration/sync/light-terminal.ts';
import { afterwards } from '../integration/terminal/afterwards.ts';
import { makeHotel } from '../simulation/hotel.ts';
import { SimulatedServer } from '../simulation/server.ts';

/** As many as come up within seconds on two cores, both sides of every handshake counted; 1,000 are run by hand. */
const TERMINALS = Number(process.env['KEYRACK_COMING_BACK'] ?? 200);
const CUT_MS = 4_000;

let server: SimulatedServer;
let cable: Cable;
/** Enrols one more, which is a row in everybody's feed. */
let enrolOne: () => Promise<Terminal>;
const terminals: LightTerminal[] = [];
const online = () => terminals.filter(({ loop }) => loop.state.line === 'online').length;

beforeAll(async () => {
  server = await SimulatedServer.start({ fill: copyEmptyServer });
  afterwards(() => server[Symbol.asyncDispose]());
  const hotel = makeHotel(1, 'coming-back', createRandom('coming-back'));
  const property = hotel.property.id;
  await server.ask({ ask: 'found', property: hotel.property, puts: hotel.puts });
  const key = generateCertificateKey();
  const certificateRequest = await requestCertificate(key);
  const transport = createTransport({ url: server.url, caPem: server.caPem });
  afterwards(() => transport.close());
  const applicant = { deviceName: 'desk', publicKey: Buffer.alloc(32, 7).toString('base64'), certificateRequest };
  enrolOne = async () => {
    const code = await server.ask<string>({ ask: 'code', property });
    return { ...(await enrol(transport, code, applicant)), key };
  };
  const devices = [];
  for (let n = 0; n < TERMINALS; n++) devices.push(await enrolOne());
  const device = devices[0]?.deviceId;
  if (device === undefined) throw new Error('no terminals');
  const cursor = await server.ask<number>({ ask: 'newest', property, device });
  cable = await openCable(server.url);
  afterwards(() => cable.close());
  for (const one of devices) terminals.push(lightTerminal({ url: cable.url, caPem: server.caPem }, one, { cursor }));
  afterwards(async () => void (await Promise.all(terminals.map((terminal) => terminal.close()))));
  await vi.waitUntil(() => online() === TERMINALS, { timeout: 90_000, interval: 50 });
});

describe(`${TERMINALS} terminals whose line was cut`, () => {
  it('try seldom while it is, come back spread over seconds with few connections each, others are answered meanwhile, and all have what they missed', async () => {
    const before = cable.connected;
    await cable.cut();
    const { deviceId: missed } = await enrolOne();
    await wait(CUT_MS);
    // Loop and live line: after 1, 2, 5 seconds, and after any time up to 2, 5.
    expect(cable.connected - before).toBeLessThan(TERMINALS * 8);
    await expect.poll(online, { timeout: 10_000 }).toBe(0);
    const mended = cable.connected;
    cable.mend();
    const arrivals: number[] = [];
    let answered = 0;
    const other = createTransport({ url: server.url, caPem: server.caPem });
    const began = performance.now();
    while (online() < TERMINALS && performance.now() - began < 60_000) {
      for await (const _ of other.lines('/healthz', 1_000)) answered += 1;
      arrivals.push(online());
      await wait(100);
    }
    await other.close();
    expect(online()).toBe(TERMINALS);
    // Not all of them within the same moment.
    const steps = arrivals.map((count, at) => count - (arrivals[at - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThan(TERMINALS / 2);
    // One for the loop and one for the live line, and again where one of them gave up waiting.
    expect(cable.connected - mended).toBeLessThan(TERMINALS * 5);
    expect(answered).toBeGreaterThanOrEqual(arrivals.length);
    for (const { rows } of terminals) expect(rows.has(`device ${missed}`)).toBe(true);
  });
});
