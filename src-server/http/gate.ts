/**
 * Knows terminals by the certificates they show in the TLS handshake. Who shows one that is wrong, expired or revoked gets nothing: the
 * connection ends without an answer, whatever was asked. Without one only what is open to anybody is answered.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import { routes } from '../../src-shared/sync/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import type { Store } from '../store/store.ts';
import type { ShownCertificate, TerminalCertificates } from '../tls/terminal-certificates.ts';

export const PropertyParams = z.strictObject({ property: PropertyId });

/** What is answered without a certificate. Each asks for a one-time code or a signature, but the one that says it is well. */
const OPEN: ReadonlySet<string | undefined> = new Set([
  routes.enrol,
  routes.foundingCheck,
  routes.found,
  routes.standing,
  routes.wipeProof,
  routes.health,
]);
/** That a terminal was here is written down once in so long. */
const NOTE_EVERY_MS = 60_000;

/** Why somebody is shut out. It is logged and counted, and told to nobody. */
type ShutOutCause =
  | 'no-certificate'
  | 'bad-certificate'
  | 'unknown-terminal'
  | 'wrong-property'
  | 'forged-signature'
  | 'unknown-wipe';

export interface Gate {
  /** For onRequest of the whole server: ends the connection of who may not come in, before a body is read. */
  screen(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** For onRequest of a property's route: as {@link Gate.screen}, for who comes from another property. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** The terminal behind an admitted request. */
  deviceOf(request: FastifyRequest): DeviceId;
  /** Whether a request that was admitted would be now: for answers that go on. */
  stillAdmits(request: FastifyRequest): Promise<boolean>;
  /** Ends a connection without an answer. */
  shutOut(request: FastifyRequest, reply: FastifyReply, cause: ShutOutCause): FastifyReply;
}

interface Admitted {
  readonly propertyId: PropertyId;
  readonly deviceId: DeviceId;
}

export function createGate(
  store: Pick<Store, 'hasDevice' | 'noteDevice' | 'onRevoked'>,
  certificates: Pick<TerminalCertificates, 'read'>,
  clock: Clock,
  metrics: Pick<Metrics, 'refused'>,
): Gate {
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  /** What was read of a connection's certificate; null for one that is none of ours. */
  const shown = new WeakMap<Socket, ShownCertificate | null>();
  const connections = new Map<string, Set<Socket>>();
  const notedAt = new Map<string, number>();

  const shownOn = (socket: Socket): ShownCertificate | 'none' | null => {
    const known = shown.get(socket);
    // One that was good may have ended since.
    if (known !== undefined) return known === null || known.until <= clock.now() ? null : known;
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    if (certificate === undefined) return 'none';
    const read = certificates.read(certificate);
    shown.set(socket, read);
    return read;
  };

  const remember = (deviceId: DeviceId, socket: Socket) => {
    const sockets = connections.get(deviceId) ?? new Set();
    connections.set(deviceId, sockets);
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) connections.delete(deviceId);
    });
  };

  const shutOut = (request: FastifyRequest, reply: FastifyReply, cause: ShutOutCause) => {
    metrics.refused(cause);
    request.log.info({ route: request.routeOptions.url ?? null, cause }, 'shut out');
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  };

  // At once, and in the middle of an answer too.
  store.onRevoked((device) => {
    for (const socket of connections.get(device) ?? []) socket.destroy();
  });

  return {
    async screen(request, reply) {
      const { socket } = request.raw;
      const certificate = shownOn(socket);
      if (certificate === 'none') {
        return OPEN.has(request.routeOptions.url) ? undefined : shutOut(request, reply, 'no-certificate');
      }
      if (certificate === null) return shutOut(request, reply, 'bad-certificate');
      if (!(await store.hasDevice(certificate))) return shutOut(request, reply, 'unknown-terminal');
      const terminal = {
        propertyId: PropertyId.parse(certificate.propertyId),
        deviceId: DeviceId.parse(certificate.deviceId),
      };
      admitted.set(request, terminal);
      remember(terminal.deviceId, socket);
      if (clock.now() - (notedAt.get(terminal.deviceId) ?? 0) >= NOTE_EVERY_MS) {
        notedAt.set(terminal.deviceId, clock.now());
        await store.noteDevice(terminal);
      }
      return undefined;
    },
    async admit(request, reply) {
      const params = PropertyParams.safeParse(request.params);
      if (params.success && admitted.get(request)?.propertyId === params.data.property) return undefined;
      return shutOut(request, reply, 'wrong-property');
    },
    deviceOf(request) {
      const terminal = admitted.get(request);
      if (terminal === undefined) throw new Error('a route without the gate asked for its terminal');
      return terminal.deviceId;
    },
    async stillAdmits(request) {
      const certificate = shownOn(request.raw.socket);
      return certificate !== null && certificate !== 'none' && (await store.hasDevice(certificate));
    },
    shutOut,
  };
}
