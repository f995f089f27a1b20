import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import type { Holding } from '../store/class-filter.ts';
import type { Store } from '../store/store.ts';

const NAMES = SEALED_CLASSES.join(', ');

/** In a query string: the classes of whose values the terminal has all or is fetching them, with commas between; empty for none. */
export const HeldClasses = z
  .string()
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(z.array(z.enum(SEALED_CLASSES, `of ${NAMES} with commas between`)).max(SEALED_CLASSES.length));

/** What the header of an answer says, and of which classes the rows behind it have values. */
export interface Settled extends Pick<Holding, 'lastSeq' | 'generation' | 'forgottenSeq' | 'idsKeptFrom'> {
  readonly mayHold: readonly SealedClass[];
  /** Not empty: nothing is sent before these are deleted. */
  readonly purge: readonly SealedClass[];
}

/**
 * Compares what a terminal says it holds with what it may hold, and writes down what it says. A class that it was told to delete and no
 * longer names is acknowledged so.
 */
export async function settleClasses(
  store: Pick<Store, 'readHolding' | 'noteHeld'>,
  request: FastifyRequest,
  terminal: { readonly property: PropertyId; readonly device: DeviceId },
  asked: readonly SealedClass[],
): Promise<Settled> {
  const { property, device } = terminal;
  const { held, ...settled } = await store.readHolding(property, device);
  const { mayHold } = settled;
  const purge = asked.filter((dataClass) => !mayHold.includes(dataClass));
  if (purge.length > 0) request.log.info({ device, classes: purge }, 'told to delete classes');
  if (held === null || held.join() !== asked.join()) {
    await store.noteHeld(property, device, asked);
    const deleted = (held ?? []).filter((dataClass) => !asked.includes(dataClass));
    if (deleted.length > 0) request.log.info({ device, classes: deleted }, 'has deleted classes');
  }
  return { ...settled, purge };
}

/**
 * Whether something after this place is gone whose going a terminal does not know of: it must take everything anew. Whoever begins has
 * nothing that could be gone.
 * @param since what was gone by this seq does not concern it: it has begun from nothing when the feed had come as far
 */
export function isStale(forgottenSeq: number, after: number, since = 0): boolean {
  return after > 0 && Math.max(after, since) < forgottenSeq;
}

/** Nothing, for who has something to delete first, or takes everything anew. */
export function nothingAfter(after: number) {
  return { rows: [], cursor: after, more: false, forgottenSeq: 0 };
}
