/** A line that does not do as it should: a real HTTPS server in front of the real one, which hands on what it likes. */
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import type { DemoServer } from '../../../scripts/demo/serve.ts';
import { openServerTls } from '../../../src-server/tls/certificates.ts';
import { afterwards } from '../terminal/afterwards.ts';
import { tempFolder } from '../terminal/house.ts';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** What becomes of an answer: another one, or nothing after so many bytes of it. */
export type Lie = Answer & { readonly hangUpAfter?: number; readonly location?: string };

export interface Liar {
  readonly url: string;
  readonly caPem: string;
  /** Pages of the feed that were asked for. */
  asked: number;
  /** Answers in the server's place, which is not asked then. */
  instead: ((asked: { readonly path: string; readonly body: string }) => Lie | null) | null;
  /** Asked for every answer; `null` hands it on as it is. */
  lie: ((asked: { readonly path: string; readonly body: string }, answer: Answer) => Lie | null) | null;
}

/** Starts it; it ends after the tests of the file. */
export async function startLiar(honest: Pick<DemoServer, 'url' | 'caPem'>): Promise<Liar> {
  const tls = await openServerTls(tempFolder('liar'), Date.now());
  const dispatcher = new Agent({ connect: { ca: honest.caPem } });
  const server = createServer({ key: tls.key, cert: tls.cert, minVersion: 'TLSv1.3' }, async (asked, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = asked.url ?? '/';
    // Nothing is told over it, so terminals ask by themselves.
    if (path.endsWith('/live')) return reply.destroy();
    if (path.includes('/changes')) liar.asked += 1;
    const own = liar.instead?.({ path, body: body.toString() }) ?? null;
    if (own !== null) return say(reply, own);
    const { authorization, 'content-type': contentType } = asked.headers;
    const answer = await request(new URL(path, honest.url), {
      method: asked.method === 'POST' ? 'POST' : 'GET',
      dispatcher,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body.length > 0 ? { body } : {}),
    });
    const truth = { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) };
    say(reply, liar.lie?.({ path, body: body.toString() }, truth) ?? truth);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(async () => {
    server.closeAllConnections();
    server.close();
    await dispatcher.destroy();
  });
  const liar: Liar = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caPem: tls.caPem,
    asked: 0,
    instead: null,
    lie: null,
  };
  return liar;
}

function say(reply: ServerResponse, { status, body, hangUpAfter, location }: Lie): void {
  reply.writeHead(status, location === undefined ? {} : { location });
  if (hangUpAfter === undefined) reply.end(body);
  else reply.write(body.subarray(0, hangUpAfter), () => reply.destroy());
}
