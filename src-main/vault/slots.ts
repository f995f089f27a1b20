/** Who may sign in at this terminal, and the slots that their passwords open. */
import type { Employee, Property } from '../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import { type Cost, isRaised, KDF_FLOOR } from './kdf.ts';
import { digestOf, openPreparedSlot, prepareSlot } from './prepared-slot.ts';
import { makeSlot, type Opened, openSlot, type Slot, type SlotInput } from './slot.ts';
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

  /** Whether an employee's slot was made from the credential that she has now. */
  fits(employee: Employee): boolean {
    return employee.active && this.person(employee.id)?.credential === digestOf(employee.credential);
  }

  /** Tries a password; wrong or right, one Argon2id run. The caller wipes what it opened. @returns null when it is not the one */
  async open(id: EmployeeId, password: Buffer): Promise<Opened | null> {
    const person = this.person(id);
    if (person === null) return null;
    const { slot } = person;
    return 'box' in slot
      ? openSlot(slot, this.#input(person, password))
      : openPreparedSlot(slot, { propertyId: person.propertyId, employeeId: id }, password);
  }

  /**
   * After a sign-in: turns a prepared slot into one of this terminal's own, and one that costs less than this machine can bear into
   * one that costs more. Goes on in the background with copies of its own, which are zeroed in the end.
   * @param note is told when it failed, which the next sign-in makes good
   */
  settle(id: EmployeeId, password: Buffer, opened: Opened, note: () => void): void {
    const copy = {
      password: Buffer.from(password),
      cacheKey: Buffer.from(opened.cacheKey),
      unlockKey: Buffer.from(opened.unlockKey),
    };
    this.#background = this.#background
      .then(() => this.#renew(id, copy))
      .catch(note)
      .finally(() => {
        for (const secret of Object.values(copy)) secret.fill(0);
      });
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

  async #renew(id: EmployeeId, secrets: Record<'password' | 'cacheKey' | 'unlockKey', Buffer>): Promise<void> {
    const person = this.person(id);
    if (person === null) return;
    const cost: Cost = this.#file.content.cost ?? KDF_FLOOR;
    const input = this.#input(person, secrets.password);
    if ('box' in person.slot && !isRaised(person.slot.kdf, cost)) return;
    await this.#put(person, await makeSlot({ ...input, ...secrets, cost }));
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
