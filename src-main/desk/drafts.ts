import type { StayDraft } from '../../src-shared/ipc/channels/arrivals.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';

/** Forms that somebody left half filled, each hers alone. They are in memory and nowhere else, and go when the terminal is sealed. */
export class Drafts {
  readonly #drafts = new Map<EmployeeId, StayDraft>();

  of(employeeId: EmployeeId): StayDraft | null {
    return this.#drafts.get(employeeId) ?? null;
  }

  /** @param draft null to forget it */
  keep(employeeId: EmployeeId, draft: StayDraft | null): void {
    if (draft === null) this.#drafts.delete(employeeId);
    else this.#drafts.set(employeeId, draft);
  }
}
