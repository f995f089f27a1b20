/** The HTTPS listener of the server: TLS 1.3 only, the routes of src-shared/sync/protocol.ts and nothing else. */
import swagger from '@fastify/swagger';
import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { PROTOCOL_VERSION } from '../../src-shared/sync/protocol.ts';
import type { Logger } from '../log.ts';
import { codePrinter } from '../print-code.ts';
import type { ServerTls } from '../tls/certificates.ts';
import { createTerminalCertificates } from '../tls/terminal-certificates.ts';
import { addAccessLogRoutes } from './access-log.ts';
import type { HttpContext } from './app.ts';
import { addChangesRoute } from './changes.ts';
import { addEnrolmentRoute } from './enrolments.ts';
import { addFillRoute } from './fill.ts';
import { addFoundingRoutes } from './foundings.ts';
import { createGate } from './gate.ts';
import { addHealthRoute } from './health.ts';
import { readJsonOnly } from './json-body.ts';
import { addLiveRoute } from './live.ts';
import { addOperationsRoute } from './operations.ts';
import { answerError, answerNotFound, refusalOf } from './problem.ts';
import { addSnapshotRoute } from './snapshot.ts';
import { addStandingRoute } from './standings.ts';
import { addStepUpRoutes } from './step-ups.ts';
import { addTerminalRoutes } from './terminals.ts';
import { addWipeProofRoute } from './wipe-proofs.ts';

export interface HttpServer {
  /** Starts to listen; port 0 chooses a free one. @returns `https://ADDRESS:PORT` */
  listen(host: string, port: number): Promise<string>;
  /** What it speaks, as OpenAPI 3. */
  openapi(): Promise<object>;
  /** Takes no more requests and waits for those under way. */
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** A request that is not whole by then is dropped. */
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_MS = 50;

export function createHttpServer(
  { store, clock, metrics }: Pick<HttpContext, 'store' | 'clock' | 'metrics'>,
  tls: ServerTls,
  log: Logger,
): HttpServer {
  const certificates = createTerminalCertificates(tls, clock.now);
  const gate = createGate(store, certificates, clock, metrics);
  const context: HttpContext = { store, clock, metrics, certificates, gate, codes: codePrinter(store, tls.caPem) };
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    // Asked for and not demanded: who enrols has none yet. The gate looks at what was shown, by this server's clock.
    https: { key: tls.key, cert: tls.cert, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: false },
    loggerInstance,
    // Its lines would hold the address with its query string; ours, below, name the route.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  readJsonOnly(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.addHook('onRequest', context.gate.screen);
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    const answer = { method, route: routeOptions.url ?? null, status: reply.statusCode };
    const refused = refusalOf(reply);
    metrics.answered({ ...answer, seconds: reply.elapsedTime / 1_000 });
    if (refused !== undefined) metrics.refused(refused);
    log.info({ ...answer, ms, ...(refused === undefined ? {} : { refused }) }, 'answered');
  });
  const answered: Answered[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    answered.push(...[method].flat().map((one) => ({ method: one, url })));
  });
  // It writes down what is registered after it, and answers nothing itself (monitoring/listener.ts does).
  app.register(swagger, {
    openapi: { info: { title: 'Keyrack', version: String(PROTOCOL_VERSION) } },
    transform: jsonSchemaTransform,
  });
  app.after(() => {
    addHealthRoute(app);
    addEnrolmentRoute(app, context);
    addFoundingRoutes(app, context);
    addStandingRoute(app, context);
    addWipeProofRoute(app, context);
    addTerminalRoutes(app, context);
    addChangesRoute(app, context);
    addSnapshotRoute(app, context);
    addFillRoute(app, context);
    addLiveRoute(app, context);
    addOperationsRoute(app, context);
    addStepUpRoutes(app, context);
    addAccessLogRoutes(app, context);
  });
  return {
    listen: (host, port) => app.listen({ host, port }),
    openapi: async () => {
      await app.ready();
      const page = app.swagger();
      requireWhole(page, answered);
      return page;
    },
    close: async () => {
      // A connection that is kept alive after its last answer would be waited for until it times out.
      const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_MS);
      try {
        await app.close();
      } finally {
        clearInterval(idle);
      }
    },
  };
}

interface Answered {
  readonly method: string;
  readonly url: string;
}

/** That hotels are kept apart is tested for every route of the page: one that is not on it is a fault. @throws with its name */
function requireWhole(page: { readonly paths?: object | undefined }, answered: readonly Answered[]): void {
  const paths = new Map<string, object>(Object.entries(page.paths ?? {}));
  for (const { method, url } of answered) {
    const methods = paths.get(url.replaceAll(/:(\w+)/g, '{$1}')) ?? {};
    if (!(method.toLowerCase() in methods)) throw new Error(`${method} ${url} is not on the page of the protocol`);
  }
}
