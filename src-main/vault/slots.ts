/** Who may sign in at this terminal, and the slots that their passwords open. */
import type { Employee, Property } from '../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import type { PasswordChange } from '../../src-shared/sync/protocol.ts';
import { type Cost, isRaised, KDF_FLOOR } from './kdf.ts';
import { digestOf, openPreparedSlot, prepareSlot } from './prepared-slot.ts';
import {
  type Duress,
  makeSlot,
  moveDuress,
  type Opened,
  type OpenedOwn,
  type OpenedUnderDuress,
  openSlot,
  type Slot,
  type SlotInput,
  wipeOpened,
} from './slot.ts';
import type { Person, SlotFile } from './slot-file.ts';

/** The hotel as it is known while the cache is closed. */
export interface HouseRows {
  readonly property: Property | null;
  readonly employees: readonly Employee[];
}

export class Slots {
  readonly #file: SlotFile;
  readonly #deviceKey: Buffer;
  /** What goes on after somebody has signed in. */
  #background: Promise<void> = Promise.resolve();

  /** @param deviceKey 32 bytes from the device secret: Argon2id's secret input; zeroed by {@link close} */
  constructor(file: SlotFile, deviceKey: Buffer) {
    this.#file = file;
    this.#deviceKey = deviceKey;
  }

  /** Everybody who may sign in, by staff number. */
  get people(): readonly Person[] {
    return this.#file.content.people;
  }

  get property(): Property | null {
    return this.#file.content.property;
  }

  person(id: EmployeeId): Person | null {
    return this.people.find((person) => person.id === id) ?? null;
  }

  /** Tries a password; wrong or right, one Argon2id run. The caller wipes what it opened. @returns null when it is not the one */
  async open(id: EmployeeId, password: Buffer): Promise<Opened | null> {
    const person = this.person(id);
    if (person === null) return null;
    const { slot } = person;
    return 'boxes' in slot
      ? openSlot(slot, this.#input(person, password))
      : openPreparedSlot(slot, { propertyId: person.propertyId, employeeId: id }, password);
  }

  /**
   * After a sign-in: turns a prepared slot into one of this terminal's own, and one that costs less than this machine can bear into
   * one that costs more. Goes on in the background with copies of its own, which are zeroed in the end.
   * @param note is told when it failed, which the next sign-in makes good
   */
  settle(id: EmployeeId, password: Buffer, opened: OpenedOwn, note: () => void): void {
    const copy = {
      password: Buffer.from(password),
      opened: {
        kind: 'own',
        cacheKey: Buffer.from(opened.cacheKey),
        unlockKey: Buffer.from(opened.unlockKey),
        duress: { digest: Buffer.from(opened.duress.digest), content: Buffer.from(opened.duress.content) },
      },
    } as const;
    this.#background = this.#background
      .then(() => this.#renew(id, copy))
      .catch(note)
      .finally(() => {
        copy.password.fill(0);
        wipeOpened(copy.opened);
      });
  }

  /**
   * Sets a password under duress, or takes it away by setting one that nobody knows. Two Argon2id runs.
   * @param opened what her own password has opened; all secrets are still the caller's to wipe
   * @throws KeyStoreError, and what the file system says
   */
  async setDuress(id: EmployeeId, password: Buffer, opened: OpenedOwn, duress: Duress): Promise<void> {
    const person = this.person(id);
    if (person === null) return;
    await this.#put(person, await this.#make(person, password, { ...opened, duress }));
  }

  /**
   * Changes her password here: her slot and what the cache and the server are to hear of it are on the disk together, in one write. Two
   * Argon2id runs.
   * @param opened what the old password has opened, with the new unlock key
   * @throws KeyStoreError, and what the file system says: then the old password holds
   */
  async changePassword(id: EmployeeId, password: Buffer, opened: OpenedOwn, change: PasswordChange): Promise<void> {
    await this.#background;
    const person = this.person(id);
    if (person === null) return;
    const slot = await this.#make(person, password, opened);
    const credential = digestOf(change.credential);
    await this.#file.change((content) => ({
      ...content,
      people: content.people.map((one) => (one.id === id ? { ...one, credential, slot } : one)),
      renewals: [...content.renewals.filter((one) => one.employeeId !== id), change],
    }));
  }

  /** What {@link changePassword} has left to be told to the cache. */
  get renewals(): readonly PasswordChange[] {
    return this.#file.content.renewals;
  }

  /** The cache has it. @throws KeyStoreError, and what the file system says */
  async settleRenewals(known: readonly PasswordChange[]): Promise<void> {
    if (known.length === 0) return;
    const ids = new Set(known.map((change) => change.id));
    await this.#file.change((content) => ({
      ...content,
      renewals: content.renewals.filter((change) => !ids.has(change.id)),
    }));
  }

  /** As {@link changePassword}, as far as whoever has signed in under duress is to see; her own password stays. Two Argon2id runs. */
  async moveDuress(id: EmployeeId, password: Buffer, opened: OpenedUnderDuress): Promise<void> {
    const person = this.person(id);
    if (person === null || !('boxes' in person.slot)) return;
    await this.#put(person, await moveDuress(person.slot, this.#input(person, password), opened));
  }

  /**
   * Brings the slots in line with the employees: those who may sign in are prepared, a changed credential anew; who left has none. Of
   * whom there is no row (yet: the cache was begun anew), the slot stays.
   * @param cacheKey still the caller's to zero
   * @throws KeyStoreError, and what the file system says
   */
  async prepare(rows: HouseRows, cacheKey: Buffer): Promise<void> {
    const rowsOf = new Set(rows.employees.map(({ id }) => id));
    const people = this.people.filter(({ id }) => !rowsOf.has(id));
    for (const employee of rows.employees) {
      if (!employee.active) continue;
      const { id, propertyId, name, nameLatin, staffNumber, role } = employee;
      const credential = digestOf(employee.credential);
      const before = this.person(id);
      const slot = before?.credential === credential ? before.slot : await prepareSlot(employee, cacheKey);
      people.push({ id, propertyId, name, nameLatin, staffNumber, role, credential, slot });
    }
    people.sort((a, b) => (a.staffNumber < b.staffNumber ? -1 : 1));
    const property = rows.property ?? this.property;
    if (same(property, this.property) && same(people, this.people)) return;
    await this.#file.change((content) => ({
      ...content,
      property,
      // What became of a slot while the others were prepared stays.
      people: people.map((person) => {
        const now = content.people.find(({ id }) => id === person.id);
        return now?.credential === person.credential ? { ...person, slot: now.slot } : person;
      }),
    }));
  }

  /** Waits for what goes on in the background. */
  settled(): Promise<void> {
    return this.#background;
  }

  /** Waits for what goes on in the background, and forgets the device's key. */
  async close(): Promise<void> {
    await this.#background;
    this.#deviceKey.fill(0);
  }

  async #renew(id: EmployeeId, { password, opened }: { password: Buffer; opened: OpenedOwn }): Promise<void> {
    const person = this.person(id);
    if (person === null) return;
    if ('boxes' in person.slot && !isRaised(person.slot.kdf, this.#cost)) return;
    await this.#put(person, await this.#make(person, password, opened));
  }

  #make(person: Person, password: Buffer, opened: OpenedOwn): Promise<Slot> {
    return makeSlot({ ...this.#input(person, password), ...opened, cost: this.#cost });
  }

  get #cost(): Cost {
    return this.#file.content.cost ?? KDF_FLOOR;
  }

  /** Puts a slot in the place of the one it was made from, if that is still there. */
  async #put(from: Person, slot: Slot): Promise<void> {
    await this.#file.change((content) => ({
      ...content,
      people: content.people.map((person) =>
        person.id === from.id && person.slot === from.slot ? { ...person, slot } : person,
      ),
    }));
  }

  #input(person: Person, password: Buffer): SlotInput {
    return { propertyId: person.propertyId, employeeId: person.id, password, deviceKey: this.#deviceKey };
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
