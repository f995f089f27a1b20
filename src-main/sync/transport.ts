/** HTTPS to the one server this terminal knows: TLS 1.3, mutual, its own CA pinned, nothing else trusted (DESIGN §7). */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Agent, errors, request } from 'undici';
import type { z } from 'zod';
import { ServerProblem } from '../../src-shared/sync/protocol.ts';
import { ENCODINGS, type Encoding, isLoopback, plainBody } from './content-encoding.ts';
import { LineError } from './line-error.ts';

export { LineError, type LineProblem } from './line-error.ts';

export interface ServerAddress {
  /** `https://host:port`. */
  readonly url: string;
  /** The hotel's CA certificate, PEM. */
  readonly caPem: string;
  /** How answers may be compressed. Left out: as well as this program can, and not at all on this very machine. */
  readonly encodings?: readonly Encoding[];
}

/** What this terminal shows of itself. */
export interface ShownIdentity {
  /** PKCS #8; still the caller's to zero. */
  readonly key: Buffer;
  /** DER, base64. */
  readonly certificate: string;
}

export interface Transport {
  /** Shows another certificate from the next connection on. */
  show(identity: ShownIdentity): void;
  /** Sends JSON and parses the answer. @param signal ends the wait, as if the server were not there. @throws LineError */
  post<T extends z.ZodType>(path: string, body: unknown, answer: T, signal?: AbortSignal): Promise<z.output<T>>;
  /** Streams an answer's lines, each without its line end; a line longer than `lineLimit` bytes ends it. @throws LineError */
  lines(path: string, lineLimit: number): AsyncGenerator<string, void, void>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 30_000;
/** An answer that is read as a whole. */
const ANSWER_LIMIT_BYTES = 1_048_576;

/**
 * Opens a transport; connections are made when first needed.
 * @param identity left out for what is asked without a certificate
 */
export function createTransport(server: ServerAddress, identity?: ShownIdentity): Transport {
  let agent = createAgent(server, identity);
  /** Those before, with what is still under way on them. */
  const leaving = new Set<Agent>();
  /** Ends whatever is under way: an agent has forgotten a connection of its own before, after others failed, and leaves it be. */
  const closing = new AbortController();
  const encodings = (server.encodings ?? (isLoopback(server.url) ? [] : ENCODINGS)).join(', ');

  const ask = async (method: 'GET' | 'POST', path: string, body: string | null, signal?: AbortSignal) => {
    const headers: Record<'accept' | 'accept-encoding', string> & { 'content-type'?: string } = {
      accept: 'application/json, application/x-ndjson, text/event-stream',
      'accept-encoding': encodings === '' ? 'identity' : encodings,
    };
    if (body !== null) headers['content-type'] = 'application/json';
    try {
      const target = new URL(path, server.url);
      const until = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
      const response = await request(target, { method, headers, body, dispatcher: agent, signal: until });
      if (response.statusCode === 200) return plainBody(response.body, response.headers['content-encoding']);
      throw refusal(response.statusCode, response.headers['retry-after'], await readWhole(response.body));
    } catch (error) {
      throw lineError(error);
    }
  };

  return {
    show(shown) {
      const before = agent;
      agent = createAgent(server, shown);
      leaving.add(before);
      // What is under way on it ends first: a live line when the server ends it. What goes wrong there is told to whoever asked.
      before
        .close()
        .catch(() => undefined)
        .finally(() => leaving.delete(before));
    },

    async post(path, body, answer, signal) {
      const response = await ask('POST', path, JSON.stringify(body), signal);
      let json: unknown;
      try {
        json = JSON.parse(await readWhole(response));
      } catch (error) {
        throw error instanceof SyntaxError ? new LineError('refused', 'the answer is not JSON') : lineError(error);
      }
      const parsed = answer.safeParse(json);
      if (!parsed.success) {
        throw new LineError('refused', `the answer does not fit at ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
      }
      return parsed.data;
    },

    async *lines(path, lineLimit) {
      const body = await ask('GET', path, null);
      const decoder = new TextDecoder('utf-8', { fatal: true });
      let rest = '';
      try {
        for await (const chunk of body) {
          rest += decoder.decode(chunk, { stream: true });
          let end = rest.indexOf('\n');
          while (end !== -1) {
            yield rest.slice(0, end);
            rest = rest.slice(end + 1);
            end = rest.indexOf('\n');
          }
          if (rest.length > lineLimit) throw new LineError('refused', 'a line is longer than the limit');
        }
      } catch (error) {
        throw lineError(error);
      } finally {
        body.destroy();
      }
      if (rest !== '') yield rest;
    },

    close: async () => {
      closing.abort();
      await Promise.all([agent, ...leaving].map((one) => one.destroy()));
    },
  };
}

function createAgent({ caPem }: ServerAddress, identity: ShownIdentity | undefined): Agent {
  // The key is handed over once and kept by TLS, not by every connection's options.
  const secureContext = createSecureContext({
    ca: caPem,
    minVersion: 'TLSv1.3',
    ...(identity === undefined ? {} : { key: pemOfKey(identity.key), cert: pemOfCertificate(identity.certificate) }),
  });
  return new Agent({
    connect: { secureContext, timeout: CONNECT_TIMEOUT_MS, rejectUnauthorized: true, maxCachedSessions: 0 },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    // The loop, the live line, and a code that somebody has just typed.
    connections: 3,
  });
}

const pemOfKey = (pkcs8: Buffer) =>
  createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' });
const pemOfCertificate = (der: string) => new X509Certificate(Buffer.from(der, 'base64')).toString();

/** @throws LineError when it is longer than any answer of ours */
async function readWhole(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > ANSWER_LIMIT_BYTES) throw new LineError('refused', 'the answer is longer than the limit');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of a server that has lost its mind, or is none of ours. */
const LONGEST_RETRY_MS = 300_000;

function refusal(status: number, retryAfter: string | string[] | undefined, text: string): LineError {
  const code = serverCode(text);
  if (status === 429 || status === 503) {
    const seconds = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0;
    return new LineError('busy', `status ${status}`, code, {
      retryAfterMs: Math.min(seconds * 1_000, LONGEST_RETRY_MS),
    });
  }
  if (code === 'update-required') return new LineError('update-required', `status ${status}`, code);
  return new LineError('refused', `status ${status}`, code);
}

function serverCode(text: string): string | null {
  try {
    const problem = ServerProblem.safeParse(JSON.parse(text));
    return problem.success ? problem.data.error.code : null;
  } catch {
    return null;
  }
}

function lineError(error: unknown): LineError {
  if (error instanceof LineError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const ofCertificate = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code);
  if (ofCertificate) return new LineError('certificate', code);
  if (error instanceof TypeError && !(error instanceof errors.UndiciError))
    return new LineError('refused', 'the answer is not UTF-8');
  return new LineError('unreachable', code, null, { hungUp: HUNG_UP.has(code) });
}

/** How undici and Node say that the other side ended a connection that was there. */
const HUNG_UP: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
