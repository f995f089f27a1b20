/** Documents that were read at this desk, sealed already, until the stay that they belong to is made or checked in. No value in clear is kept. */

import type { Guest } from '../../src-shared/model/entities.ts';
import type { EmployeeId, GuestId, StayId } from '../../src-shared/model/ids.ts';

export interface SealedDocument {
  readonly employeeId: EmployeeId;
  /** For whom it was sealed: it opens for nobody else. */
  readonly guestId: GuestId;
  /** Null for a guest who is not there yet. */
  readonly stayId: StayId | null;
  readonly fields: Pick<Guest, 'documentType'> & Partial<Pick<Guest, 'documentNumber' | 'dateOfBirth' | 'nationality'>>;
  readonly isMinor: boolean;
  /** Whose other record has this document. */
  readonly belongsTo: GuestId | null;
}

/** A queue at the desk, and no more: of older ones the document is read again. */
const KEPT = 12;

export class ReadDocuments {
  readonly #documents = new Map<string, SealedDocument>();

  keep(readingId: string, document: SealedDocument): void {
    this.#documents.set(readingId, document);
    const [oldest] = this.#documents.keys();
    if (this.#documents.size > KEPT && oldest !== undefined) this.#documents.delete(oldest);
  }

  /** What was read under an id by this person; null when it is gone, or somebody else's. */
  get(readingId: string, employeeId: EmployeeId): SealedDocument | null {
    const document = this.#documents.get(readingId);
    return document?.employeeId === employeeId ? document : null;
  }

  /** It was used. */
  drop(readingId: string): void {
    this.#documents.delete(readingId);
  }
}
