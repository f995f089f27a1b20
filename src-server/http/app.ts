import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import type { CodePrinter } from '../print-code.ts';
import type { Store } from '../store/store.ts';
import type { TerminalCertificates } from '../tls/terminal-certificates.ts';
import type { Gate } from './gate.ts';

/** The application as the routes see it: over TLS, its inputs and answers typed by zod. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** What the routes work with. */
export interface HttpContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly certificates: TerminalCertificates;
  /** One-time codes as people type them. */
  readonly codes: CodePrinter;
  /** Knows terminals by the certificates they show. */
  readonly gate: Gate;
  readonly metrics: Metrics;
}
