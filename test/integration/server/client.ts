/** Asks the server over HTTPS as a stranger would: the CA pinned, everything else up to the test. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Agent, errors, request } from 'undici';
import type { z } from 'zod';
import type { ShownIdentity } from '../../../src-main/sync/transport.ts';
import { generateCertificateKey, requestCertificate } from '../../../src-main/vault/certificate-request.ts';
import { readEnrolmentCode } from '../../../src-shared/enrolment/code.ts';
import { SEALED_CLASSES, type SealedClass } from '../../../src-shared/model/classes.ts';
import {
  type EnrolRequest,
  EnrolResponse,
  PROTOCOL_VERSION,
  PullEnd,
  PullHeader,
  type PushRequest,
  PushResponse,
  PutLine,
  routes,
} from '../../../src-shared/sync/protocol.ts';

interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
  json(): unknown;
}

export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** The certificate that is shown; left out: none. */
  readonly as?: ShownIdentity;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly headers?: { readonly [name: string]: string };
}

interface Pulled {
  readonly header: z.output<typeof PullHeader>;
  readonly puts: readonly PutLine[];
  readonly end: z.output<typeof PullEnd>;
}
/** A terminal with what it shows. */
export interface Terminal extends EnrolResponse {
  readonly key: Buffer;
}
export interface Client {
  ask(path: string, question?: Question): Promise<Answer>;
  enrol(code: string, change?: Partial<EnrolRequest>): Promise<Answer>;
  /** @param classes that the terminal says it holds; left out for all */
  pull(terminal: Terminal, after: number, limit?: number, classes?: readonly SealedClass[]): Promise<Pulled>;
  /** Every row of the feed, page after page. */
  pullAll(terminal: Terminal): Promise<PutLine[]>;
  push(terminal: Terminal, operations: PushRequest['operations']): Promise<PushResponse['results']>;
  close(): Promise<void>;
}

/** 32 bytes in base64, as the protocol asks; nobody has the private half. */
export const PUBLIC_KEY = Buffer.alloc(32, 7).toString('base64');

/** One for all terminals whose key does not matter. */
const KEY = generateCertificateKey();
const REQUEST = await requestCertificate(KEY);

/** @param connections at most so many at once; without it as many as are needed */
export function createClient(server: { readonly url: string; readonly caPem: string }, connections?: number): Client {
  const agents = new Map<string, Agent>();
  /** Connections of their own for everybody. */
  const agentOf = (as: ShownIdentity | undefined): Agent => {
    const name = as?.certificate ?? 'nobody';
    const shown =
      as === undefined
        ? {}
        : {
            key: createPrivateKey({ key: as.key, format: 'der', type: 'pkcs8' }).export({
              type: 'pkcs8',
              format: 'pem',
            }),
            cert: new X509Certificate(Buffer.from(as.certificate, 'base64')).toString(),
          };
    const connect = { ca: server.caPem, minVersion: 'TLSv1.3' as const, ...shown };
    const agent = agents.get(name) ?? new Agent({ connections: connections ?? null, connect });
    agents.set(name, agent);
    return agent;
  };
  const ask = async (path: string, question: Question = {}): Promise<Answer> => {
    const { method = 'GET', as, body, raw, headers = {} } = question;
    const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
    const response = await request(new URL(path, server.url), {
      method,
      body: sent,
      headers: {
        ...(sent === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      dispatcher: agentOf(as),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) };
  };
  return {
    ask,
    enrol: (code, change = {}) => {
      // The server is sent the secret part, as a terminal would.
      const secret = readEnrolmentCode(code)?.secret ?? code;
      const said = {
        code: secret,
        deviceName: 'Front desk 1',
        publicKey: PUBLIC_KEY,
        certificateRequest: REQUEST,
        ...change,
      };
      const body = { protocol: PROTOCOL_VERSION, ...said };
      return ask(routes.enrol, { method: 'POST', body });
    },
    async pull(as, after, limit, classes = SEALED_CLASSES) {
      const more = limit === undefined ? '' : `&limit=${limit}`;
      const pull = async (held: readonly SealedClass[]) =>
        parsePull(await ask(`${routes.changes(as.propertyId)}?after=${after}${more}&classes=${held.join()}`, { as }));
      const pulled = await pull(classes);
      // As a terminal does that has deleted what it was told to.
      const { purge } = pulled.header;
      return purge.length === 0 ? pulled : pull(classes.filter((one) => !purge.includes(one)));
    },
    async pullAll(as) {
      const puts: PutLine[] = [];
      for (let cursor = 0, more = true; more; ) {
        const pulled = await this.pull(as, cursor);
        puts.push(...pulled.puts);
        ({ cursor, more } = pulled.end);
      }
      return puts;
    },
    async push(as, operations) {
      const body = { protocol: PROTOCOL_VERSION, operations };
      const answer = await ask(routes.operations(as.propertyId), { method: 'POST', as, body });
      if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
      return PushResponse.parse(answer.json()).results;
    },
    close: async () => {
      for (const agent of agents.values()) await agent.destroy();
    },
  };
}

function parsePull(answer: Answer): Pulled {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  const lines = answer.text.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
  if (lines.pop() !== null) throw new Error('the last line has no line end');
  return {
    header: PullHeader.parse(lines.shift()),
    end: PullEnd.parse(lines.pop()),
    puts: lines.map((line) => PutLine.parse(line)),
  };
}

/** Enrols with a code that must be good. */
export async function enrolled(client: Client, code: string, change: Partial<EnrolRequest> = {}): Promise<Terminal> {
  return { ...EnrolResponse.parse((await client.enrol(code, change)).json()), key: KEY };
}

/** Whether somebody was answered at all: who is shut out gets not one byte. */
export async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (
      error instanceof errors.SocketError ||
      (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')
    )
      return false;
    throw error;
  }
}
