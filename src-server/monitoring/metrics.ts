/**
 * What the server counts of itself, as Prometheus reads it (docs/operations.md). Labels are routes, statuses and words of the protocol;
 * never a terminal, an employee, a guest or a property.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OperationResult } from '../../src-shared/sync/protocol.ts';
import type { Forgotten } from '../store/forget.ts';

interface Answered {
  readonly method: string;
  /** As it is registered, with `:property` in it; null for one that is not there. */
  readonly route: string | null;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  answered(request: Answered): void;
  /** Why a request got nothing of what it asked for. */
  refused(kind: string): void;
  operations(results: readonly OperationResult[]): void;
  /** A daily run has forgotten what was kept long enough. */
  forgot(forgotten: Forgotten): void;
  forgettingFailed(): void;
  lineOpened(): void;
  lineClosed(): void;
  /** Begins to measure the process too: memory, processor time, event-loop delay. */
  watchProcess(): void;
  /** Text of the Prometheus exposition format, and what it is called. */
  read(): Promise<{ readonly text: string; readonly contentType: string }>;
}

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const KNOWN_METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS']);

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'keyrack_request_seconds',
    help: 'Requests by route and status, from their head to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: 'keyrack_refusals_total',
    help: 'Requests that were refused or shut out, by kind',
    labelNames: ['kind'],
    registers,
  });
  const operations = new Counter({
    name: 'keyrack_operations_total',
    help: 'Operations of terminals by outcome, refused ones by reason',
    labelNames: ['outcome', 'reason'],
    registers,
  });
  const forgotten = new Counter({
    name: 'keyrack_forgotten_total',
    help: 'Rows that were kept long enough and are gone, by kind',
    labelNames: ['kind'],
    registers,
  });
  const runs = new Counter({
    name: 'keyrack_forgetting_runs_total',
    help: 'Daily runs that forget what was kept long enough, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  // From the first scrape on: a run that never comes is seen by a count that stands.
  for (const outcome of ['done', 'failed']) runs.inc({ outcome }, 0);
  const lines = new Gauge({ name: 'keyrack_live_lines', help: 'Live lines that are open', registers });
  return {
    answered: ({ method, route, status, seconds }) => {
      // What is sent as a method is of the sender's making.
      const known = KNOWN_METHODS.has(method) ? method : 'other';
      requests.observe({ method: known, route: route ?? 'none', status }, seconds);
    },
    refused: (kind) => refusals.inc({ kind }),
    operations: (results) => {
      for (const result of results) {
        const reason = result.status === 'refused' ? result.reason : '';
        operations.inc({ outcome: result.status, reason });
      }
    },
    forgot: ({ erasures, conflicts, operationIds }) => {
      forgotten.inc({ kind: 'erasure' }, erasures);
      forgotten.inc({ kind: 'conflict' }, conflicts);
      forgotten.inc({ kind: 'operation-id' }, operationIds);
      runs.inc({ outcome: 'done' });
    },
    forgettingFailed: () => runs.inc({ outcome: 'failed' }),
    lineOpened: () => lines.inc(),
    lineClosed: () => lines.dec(),
    watchProcess: () => collectDefaultMetrics({ register: registry }),
    read: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
