/**
 * Who waits for something new in a property is told the newest seq of its feed (DESIGN §7). What was committed is announced after the
 * commit, here and to the other processes on the same PostgreSQL; an announcement that is lost costs time, never a row: terminals ask
 * by themselves as well.
 */
import type { PropertyId } from '../../src-shared/model/ids.ts';
import type { ProcessChannel } from './process-channel.ts';

export interface Announcements {
  /** Something was committed in a property. Returns at once and never throws. */
  announce(propertyId: PropertyId): void;
  /**
   * Tells a listener the newest seq now and whenever it has changed. Several changes may be told as one.
   * @returns ends it
   */
  subscribe(propertyId: PropertyId, listener: (seq: number) => void): () => void;
}

interface Watched {
  readonly listeners: Set<(seq: number) => void>;
  told: number | null;
  /** `again`: something came while the newest seq was being read. */
  reading: 'no' | 'once' | 'again';
}

/**
 * @param newestSeq reads the newest seq of a property's feed
 * @param channel to the other processes on the same database; null where there are none
 * @param onError something failed that nobody waits for
 */
export function createAnnouncements(
  newestSeq: (propertyId: PropertyId) => Promise<number>,
  channel: ProcessChannel | null,
  onError: (error: unknown) => void,
): Announcements {
  const watched = new Map<string, Watched>();

  const tell = async (propertyId: PropertyId): Promise<void> => {
    const property = watched.get(propertyId);
    if (property === undefined) return;
    if (property.reading !== 'no') {
      property.reading = 'again';
      return;
    }
    do {
      property.reading = 'once';
      try {
        const seq = await newestSeq(propertyId);
        if (seq !== property.told) {
          property.told = seq;
          for (const listener of property.listeners) listener(seq);
        }
      } catch (error) {
        onError(error);
      }
    } while (wantsAgain(property));
    property.reading = 'no';
  };

  channel?.listen((propertyId) => {
    // Null: announcements may have been missed, of any property.
    const told = propertyId === null ? [...watched.keys()] : [propertyId];
    for (const one of told) void tell(one as PropertyId);
  });

  return {
    announce(propertyId) {
      channel?.send(propertyId);
      void tell(propertyId);
    },
    subscribe(propertyId, listener) {
      const property = watched.get(propertyId) ?? { listeners: new Set(), told: null, reading: 'no' };
      watched.set(propertyId, property);
      property.listeners.add(listener);
      if (property.told === null) void tell(propertyId);
      else listener(property.told);
      return () => {
        property.listeners.delete(listener);
        if (property.listeners.size === 0 && watched.get(propertyId) === property) watched.delete(propertyId);
      };
    },
  };
}

function wantsAgain({ reading }: Watched): boolean {
  return reading === 'again';
}
