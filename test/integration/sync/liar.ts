/** A line that does not do as it should: a real HTTPS server in front of the real one, which hands on what it likes. */
import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Agent, request } from 'undici';
import type { DemoServer } from '../../../scripts/demo/serve.ts';
import { terminalFiles } from '../../../src-main/config.ts';
import { createKeytarKeyStore } from '../../../src-main/vault/keytar-key-store.ts';
import { openServerTls } from '../../../src-server/tls/certificates.ts';
import { readEnrolmentCode } from '../../../src-shared/enrolment/code.ts';
import { afterwards } from '../terminal/afterwards.ts';
import { codeWith } from '../terminal/code-for.ts';
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
  /** A code of the real server that leads through the liar. */
  enrolmentCode(): Promise<string>;
  /** Folders of the terminals behind it: it shows the real server their certificates, as if it had stolen their keys. */
  readonly folders: string[];
  /** Pages of the feed that were asked for. */
  asked: number;
  /** Answers in the server's place, which is not asked then. */
  instead: ((asked: { readonly path: string; readonly body: string }) => Lie | null) | null;
  /** Asked for every answer; `null` hands it on as it is. */
  lie: ((asked: { readonly path: string; readonly body: string }, answer: Answer) => Lie | null) | null;
}

/** Starts it; it ends after the tests of the file. */
export async function startLiar(honest: Pick<DemoServer, 'url' | 'caPem' | 'enrolmentCode'>): Promise<Liar> {
  const tls = await openServerTls(tempFolder('liar'), Date.now());
  const agents = new Map<string, Agent>();
  /** What a terminal showed is shown on. */
  const agentFor = async (shown: X509Certificate | undefined): Promise<Agent> => {
    const name = shown?.fingerprint256 ?? 'nobody';
    const known = agents.get(name);
    if (known !== undefined) return known;
    const connect = { ca: honest.caPem, ...(shown === undefined ? {} : await stolenFrom(liar.folders, shown)) };
    const agent = new Agent({ connect });
    agents.set(name, agent);
    return agent;
  };
  const certificates = { key: tls.key, cert: tls.cert, requestCert: true, rejectUnauthorized: false };
  const server = createServer({ ...certificates, minVersion: 'TLSv1.3' }, async (asked, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = asked.url ?? '/';
    // Nothing is told over it, so terminals ask by themselves.
    if (path.endsWith('/live')) return reply.destroy();
    if (path.includes('/changes')) liar.asked += 1;
    const own = liar.instead?.({ path, body: body.toString() }) ?? null;
    if (own !== null) return say(reply, own);
    const { 'content-type': contentType } = asked.headers;
    const { socket } = asked;
    const dispatcher = await agentFor(socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined);
    const answer = await request(new URL(path, honest.url), {
      method: asked.method === 'POST' ? 'POST' : 'GET',
      dispatcher,
      headers: {
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
    for (const agent of agents.values()) await agent.destroy();
  });
  const liar: Liar = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caPem: tls.caPem,
    enrolmentCode: async () => {
      for (;;) {
        const secret = readEnrolmentCode(await honest.enrolmentCode())?.secret ?? '';
        const code = codeWith(tls.caPem, secret);
        if (code !== null) return code;
      }
    },
    folders: [],
    asked: 0,
    instead: null,
    lie: null,
  };
  return liar;
}

/** The key behind a certificate, out of the keychain of whichever terminal it is. */
async function stolenFrom(folders: readonly string[], shown: X509Certificate) {
  for (const folder of folders) {
    const keyStore = createKeytarKeyStore(readFileSync(terminalFiles(folder).installation, 'utf8'));
    const der = await keyStore.read('certificate-key');
    if (der === null) continue;
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    if (shown.checkPrivateKey(key))
      return { key: key.export({ type: 'pkcs8', format: 'pem' }), cert: shown.toString() };
  }
  throw new Error('a terminal that the liar does not know');
}

function say(reply: ServerResponse, { status, body, hangUpAfter, location }: Lie): void {
  reply.writeHead(status, location === undefined ? {} : { location });
  if (hangUpAfter === undefined) reply.end(body);
  else reply.write(body.subarray(0, hangUpAfter), () => reply.destroy());
}
