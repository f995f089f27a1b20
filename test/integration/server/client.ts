/** Asks the server over HTTPS as a stranger would: the CA pinned, everything else up to the test. */
import { Agent, request } from 'undici';
import type { z } from 'zod';
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
  readonly token?: string;
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
export interface Client {
  ask(path: string, question?: Question): Promise<Answer>;
  enrol(code: string, change?: Partial<EnrolRequest>): Promise<Answer>;
  /** @param classes that the terminal says it holds; left out for all */
  pull(terminal: EnrolResponse, after: number, limit?: number, classes?: readonly SealedClass[]): Promise<Pulled>;
  push(terminal: EnrolResponse, operations: PushRequest['operations']): Promise<PushResponse['results']>;
  close(): Promise<void>;
}

/** 32 bytes in base64, as the protocol asks; nobody has the private half. */
export const PUBLIC_KEY = Buffer.alloc(32, 7).toString('base64');

/** @param connections at most so many at once; without it as many as are needed */
export function createClient(server: { readonly url: string; readonly caPem: string }, connections?: number): Client {
  const agent = new Agent({ connections: connections ?? null, connect: { ca: server.caPem, minVersion: 'TLSv1.3' } });
  const ask = async (path: string, question: Question = {}): Promise<Answer> => {
    const { method = 'GET', token, body, raw, headers = {} } = question;
    const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
    const response = await request(new URL(path, server.url), {
      method,
      body: sent,
      headers: {
        ...(sent === null ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      dispatcher: agent,
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) };
  };
  return {
    ask,
    enrol: (code, change = {}) => {
      const body = { protocol: PROTOCOL_VERSION, code, deviceName: 'Front desk 1', publicKey: PUBLIC_KEY, ...change };
      return ask(routes.enrol, { method: 'POST', body });
    },
    async pull({ propertyId, token }, after, limit, classes = SEALED_CLASSES) {
      const more = limit === undefined ? '' : `&limit=${limit}`;
      const pull = async (held: readonly SealedClass[]) =>
        parsePull(await ask(`${routes.changes(propertyId)}?after=${after}${more}&classes=${held.join()}`, { token }));
      const pulled = await pull(classes);
      // As a terminal does that has deleted what it was told to.
      const { purge } = pulled.header;
      return purge.length === 0 ? pulled : pull(classes.filter((one) => !purge.includes(one)));
    },
    async push({ propertyId, token }, operations) {
      const body = { protocol: PROTOCOL_VERSION, operations };
      const answer = await ask(routes.operations(propertyId), { method: 'POST', token, body });
      if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
      return PushResponse.parse(answer.json()).results;
    },
    close: () => agent.destroy(),
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
export async function enrolled(client: Client, code: string): Promise<EnrolResponse> {
  return EnrolResponse.parse((await client.enrol(code)).json());
}
