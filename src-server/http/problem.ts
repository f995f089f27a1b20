/** Refusals of the server: each a code for programs and a sentence with the remedy. What was sent is never quoted. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { PROTOCOL_VERSION, type ServerProblem } from '../../src-shared/sync/protocol.ts';
import { DatabaseBusy } from '../store/database-busy.ts';
import { describeIssue } from './describe-issue.ts';

type Code = ServerProblem['error']['code'];

const STATUS: { readonly [C in Code]: number } = {
  'invalid-request': 400,
  unreadable: 400,
  'too-large': 413,
  'unknown-code': 403,
  forbidden: 403,
  'not-found': 404,
  'update-required': 426,
  'too-many-requests': 429,
  busy: 503,
  internal: 500,
};

/** Whoever is told so has waited as long already. */
const BUSY_S = 5;

/** Refusals on their way, for the log and the counts: whoever writes those has the reply alone. */
const refusals = new WeakMap<FastifyReply, Code>();

/** Which refusal a reply was; undefined when it was none. */
export function refusalOf(reply: FastifyReply): Code | undefined {
  return refusals.get(reply);
}

/** Answers with a problem. `status` only where the code's own is not exact enough. */
export function sendProblem(reply: FastifyReply, code: Code, message: string, status = STATUS[code]): FastifyReply {
  return send(reply, status, { error: { code, message } });
}

/** For Fastify's setErrorHandler and frameworkErrors: everything that was thrown on the way. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(error)) return answerInvalid(error, request, reply);
  const known = isCoded(error) ? FRAMEWORK_PROBLEMS[error.code] : undefined;
  if (known !== undefined) return sendProblem(reply, known.is ?? 'invalid-request', known.message, known.status);
  if (error instanceof DatabaseBusy) {
    request.log.warn({ route: request.routeOptions.url }, 'every connection to the database is taken');
    return sendProblem(reply.header('retry-after', BUSY_S), 'busy', 'the server has too much to do: ask again later');
  }
  // Who hung up is no failure of ours, and reads no answer.
  if (request.socket.destroyed) return sendProblem(reply, 'unreadable', 'the request was cut: send it again');
  const incident = randomUUID();
  request.log.error({ err: error, incident, route: request.routeOptions.url }, 'request failed');
  return sendProblem(reply, 'internal', `the server failed: ask for incident ${incident} in its log`);
}

/** For routes that are not there. */
export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, 'not-found', 'no such route: check the address, or update the terminal');
}

type Invalid = Parameters<typeof describeIssue>[0] & { readonly validationContext?: string | undefined };

function answerInvalid(error: Invalid, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (speaksAnotherVersion(request.body)) {
    const remedy = `this server speaks protocol ${PROTOCOL_VERSION}: update the older of terminal and server`;
    return sendProblem(reply, 'update-required', remedy);
  }
  const { field, message } = describeIssue(error);
  return send(reply, STATUS['invalid-request'], { error: { code: 'invalid-request', message, field } });
}

/** A body of another version need not fit this one's schema in any other way. */
function speaksAnotherVersion(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('protocol' in body)) return false;
  return Number.isInteger(body.protocol) && body.protocol !== PROTOCOL_VERSION;
}

/** Fastify's own refusals, by its error code. Their messages may quote the request, so they are replaced. */
const FRAMEWORK_PROBLEMS: {
  readonly [code: string]: { readonly status: number; readonly message: string; readonly is?: Code };
} = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    message: 'the body is not JSON: send one JSON object in UTF-8',
    is: 'unreadable',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, message: 'the body is empty: send one JSON object', is: 'unreadable' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    message: 'content-length does not count the body: correct it',
    is: 'unreadable',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    message: 'the body is larger than 1 MiB: send fewer operations at once',
    is: 'too-large',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, message: 'content-type is not one of ours: send application/json' },
  FST_ERR_CTP_INVALID_TYPE: { status: 415, message: 'content-type is not one of ours: send application/json' },
  FST_ERR_BAD_URL: { status: 400, message: 'the address is not well encoded: correct its percent signs' },
  FST_ERR_ASYNC_CONSTRAINT: { status: 400, message: 'the request cannot be routed: leave out special headers' },
};

function isCoded(error: unknown): error is { code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}

function send(reply: FastifyReply, status: number, problem: ServerProblem): FastifyReply {
  refusals.set(reply, problem.error.code);
  // Past the route's response schema: a problem may be sent from any of them.
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem);
}
