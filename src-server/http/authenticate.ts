import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import type { Store } from '../store/store.ts';
import { sendProblem } from './problem.ts';

export const PropertyParams = z.strictObject({ property: PropertyId });

const BEARER = /^Bearer ([A-Za-z0-9_-]{32,64})$/;

/** Knows terminals by their bearer token. */
export interface Gate {
  /** For onRequest: refuses before a body is read. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** The terminal behind an admitted request. */
  deviceOf(request: FastifyRequest): DeviceId;
  /** Whether a request that was admitted would be now: for answers that go on. */
  stillAdmits(request: FastifyRequest): Promise<boolean>;
}

export function createGate(store: Pick<Store, 'deviceOf'>): Gate {
  const admitted = new WeakMap<FastifyRequest, DeviceId>();
  const find = async (request: FastifyRequest) => {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const params = PropertyParams.safeParse(request.params);
    return token === undefined || !params.success ? null : store.deviceOf(params.data.property, token);
  };
  return {
    async admit(request, reply) {
      const device = await find(request);
      if (device !== null) {
        admitted.set(request, device);
        return undefined;
      }
      reply.header('www-authenticate', 'Bearer');
      // One answer for every cause: which properties and terminals there are is not told.
      return sendProblem(
        reply,
        'unauthorised',
        'no terminal of this property has this token: enrol the terminal again',
      );
    },
    deviceOf(request) {
      const device = admitted.get(request);
      if (device === undefined) throw new Error('a route without the gate asked for its terminal');
      return device;
    },
    stillAdmits: async (request) => (await find(request)) !== null,
  };
}
