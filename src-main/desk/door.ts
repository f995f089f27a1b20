/** What is there for signing in while the cache is closed, and the way in. */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import type { Opened } from '../vault/slot.ts';
import type { Slots } from '../vault/slots.ts';
import { type Desk, refuse } from './desk.ts';

export interface Door extends Pick<Desk, 'clock' | 'attempts' | 'log' | 'session'> {
  readonly slots: Slots;
  /**
   * Opens the cache for somebody whose password opened her slot; one that is open stays so. Under duress the decoy is opened instead, and
   * the alarm raised before anything else.
   * @param opened still the caller's to wipe
   * @returns null when the terminal is being closed
   * @throws whatever keeps the cache from being opened, which {@link DoorHolder.failed} knows
   */
  enter(person: Pick<Employee, 'id' | 'role'>, opened: Opened): Promise<Entered | null>;
  /** One line for the technical log. */
  readonly note: (event: string) => void;
}

/** Where somebody has come in. */
export interface Entered {
  readonly desk: Desk;
  /** Hers; the session's to zero. */
  readonly unlockKey: Buffer;
}

interface DoorHolder {
  readonly door: Door | null;
  failed(error: unknown): boolean;
}

/** As `useDesk`, for what needs no open cache. @returns `not-ready` when the terminal is not, or its cache does not open */
export async function useDoor<T>(
  terminal: DoorHolder,
  use: (door: Door) => IpcResult<T> | Promise<IpcResult<T>>,
): Promise<IpcResult<T>> {
  const { door } = terminal;
  if (door === null) return refuse('not-ready');
  try {
    return await use(door);
  } catch (error) {
    if (terminal.failed(error)) return refuse('not-ready');
    throw error;
  }
}
