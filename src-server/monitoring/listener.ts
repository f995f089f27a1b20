/**
 * The listener for who runs the server: is it well, is it ready, what does it count, what does it speak. Of its own, in clear, on loopback and
 * nowhere else: at the listener of the terminals nobody learns any of this, not even a version.
 */
import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import type { Logger } from '../log.ts';
import type { Metrics } from './metrics.ts';

export interface MonitoringListener {
  /** @returns `http://127.0.0.1:PORT` */
  listen(port: number): Promise<string>;
  close(): Promise<void>;
}

export interface Monitored {
  readonly metrics: Metrics;
  /** Why terminals cannot be served at this moment; null when they can. */
  notReady(): Promise<string | null>;
  /** What the other listener speaks, as OpenAPI 3. */
  readonly openapi: object;
}

const HOST = '127.0.0.1';

export async function createMonitoringListener(monitored: Monitored, log: Logger): Promise<MonitoringListener> {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    // A page of a browser on this machine may ask loopback under a name of its own: whoever means us says so.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
      return reply.code(421).send({ error: 'ask for 127.0.0.1' });
    }
    return undefined;
  });
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const reason = await monitored.notReady();
    return reason === null ? { ready: true } : reply.code(503).send({ ready: false, reason });
  });
  app.get('/metrics', async (_request, reply) => {
    const { text, contentType } = await monitored.metrics.read();
    return reply.type(contentType).send(text);
  });
  const document = monitored.openapi as StaticDocumentSpec['document'];
  await app.register(swagger, { mode: 'static', specification: { document } });
  // Its page is read and not tried out: this listener is not the one it describes.
  await app.register(swaggerUi, {
    routePrefix: '/api',
    staticCSP: true,
    uiConfig: { supportedSubmitMethods: [], docExpansion: 'list' },
  });
  return {
    listen: (port) => app.listen({ host: HOST, port }),
    close: () => app.close(),
  };
}
