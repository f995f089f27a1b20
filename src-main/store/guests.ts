import type { Database } from 'better-sqlite3';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { Guest } from '../../src-shared/model/entities.ts';
import type { GuestId } from '../../src-shared/model/ids.ts';
import {
  GUEST_SEALED_FIELDS,
  type GuestSealedField,
  isFindable,
  sealedClassOf,
} from '../../src-shared/model/registry.ts';
import { isWithheld, type SealedField, sealedHead, WITHHELD } from '../../src-shared/model/sealed-field.ts';
import type { Versions } from '../../src-shared/sync/changes.ts';
import { type NameKeys, nameKeys } from './name-keys.ts';
import type { HeldRow } from './pending-changes.ts';
import { fromMark, MARK_COLUMN, toMark } from './sealed-marks.ts';

export interface GuestRow {
  readonly id: string;
  readonly name: string;
  readonly name_latin: string | null;
  readonly salutation: string;
  readonly language: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly company: string | null;
  readonly vehicle_plate: string | null;
  readonly vip: number;
  readonly do_not_disclose: number;
  readonly document_type: string;
  readonly document_number: string | null;
  readonly date_of_birth: string | null;
  readonly nationality: string | null;
  readonly document_address: string | null;
  readonly card_number: string | null;
  readonly invoice_tax_number: string | null;
  readonly dietary_needs: string | null;
  readonly document_mark: number | null;
  readonly card_mark: number | null;
  readonly seq: number;
  readonly versions: string;
}

/** Column of each sealed field. */
const SEALED_COLUMN: { readonly [F in GuestSealedField]: keyof GuestRow } = {
  documentNumber: 'document_number',
  dateOfBirth: 'date_of_birth',
  nationality: 'nationality',
  documentAddress: 'document_address',
  cardNumber: 'card_number',
  invoiceTaxNumber: 'invoice_tax_number',
  dietaryNeeds: 'dietary_needs',
};

/** Column of the epoch in which the oldest value of each class is sealed. */
export const EPOCH_COLUMN = {
  identity: 'identity_epoch',
  payment: 'payment_epoch',
  preference: 'preference_epoch',
} as const satisfies { readonly [C in SealedClass]: string };

/** Fields of each class. */
const FIELDS_OF = Map.groupBy(GUEST_SEALED_FIELDS, sealedClassOf);

export class Guests {
  readonly #get;
  readonly #count;
  readonly #any;
  readonly #known;
  readonly #upsert;
  readonly #remove;
  readonly #dropKey;
  readonly #addKey;
  readonly #dropPieces;
  readonly #addPieces;
  readonly #of;

  constructor(db: Database) {
    this.#get = db.prepare<[string], GuestRow>('SELECT * FROM guest WHERE id = ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM guest').pluck();
    this.#any = db.prepare<[], number>("SELECT 1 FROM guest WHERE id > '' LIMIT 1").pluck();
    // search_text remembers what was indexed, so that an unchanged name costs nothing.
    this.#known = db.prepare<[string], { rowid: number; searchText: string }>(
      'SELECT rowid, search_text AS searchText FROM guest WHERE id = ?',
    );
    // A row older than ours changes nothing; one of the same seq may have pending changes over it, or no longer.
    this.#upsert = db.prepare<[Record<string, string | number | null>]>(
      `INSERT INTO guest (id, seq, name, name_latin, salutation, language, phone, email, company, vehicle_plate, vip,
           do_not_disclose, document_type, document_number, date_of_birth, nationality, document_address, card_number,
           invoice_tax_number, dietary_needs, document_mark, card_mark, phone_tail, search_text, identity_epoch, payment_epoch, preference_epoch,
           versions)
         VALUES (:id, :seq, :name, :name_latin, :salutation, :language, :phone, :email, :company, :vehicle_plate, :vip,
           :do_not_disclose, :document_type, :document_number, :date_of_birth, :nationality, :document_address, :card_number,
           :invoice_tax_number, :dietary_needs, :document_mark, :card_mark, :phone_tail, :search_text, :identity_epoch, :payment_epoch, :preference_epoch,
           :versions)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, name = excluded.name, name_latin = excluded.name_latin,
           salutation = excluded.salutation, language = excluded.language, phone = excluded.phone, email = excluded.email,
           company = excluded.company, vehicle_plate = excluded.vehicle_plate, vip = excluded.vip,
           do_not_disclose = excluded.do_not_disclose, document_type = excluded.document_type,
           document_number = excluded.document_number, date_of_birth = excluded.date_of_birth,
           nationality = excluded.nationality, document_address = excluded.document_address,
           card_number = excluded.card_number, invoice_tax_number = excluded.invoice_tax_number,
           dietary_needs = excluded.dietary_needs, document_mark = excluded.document_mark, card_mark = excluded.card_mark,
           phone_tail = excluded.phone_tail,
           search_text = excluded.search_text, identity_epoch = excluded.identity_epoch,
           payment_epoch = excluded.payment_epoch, preference_epoch = excluded.preference_epoch,
           versions = excluded.versions
         WHERE excluded.seq >= guest.seq`,
    );
    // current_key goes with it
    this.#remove = db.prepare<[number]>('DELETE FROM guest WHERE rowid = ?');
    // guest_key's primary key
    this.#dropKey = db.prepare<[string, string, number]>(
      'DELETE FROM guest_key WHERE key = ? AND kind = ? AND guest = ?',
    );
    this.#addKey = db.prepare<[string, string, number]>(
      'INSERT OR IGNORE INTO guest_key (key, kind, guest) VALUES (?, ?, ?)',
    );
    this.#dropPieces = db.prepare<[number]>('DELETE FROM guest_pieces WHERE rowid = ?');
    this.#addPieces = db.prepare<[number, string]>('INSERT INTO guest_pieces (rowid, pieces) VALUES (?, ?)');
    const statementsOf = (dataClass: SealedClass) => {
      const fields = FIELDS_OF.get(dataClass) ?? [];
      const columns = fields.map((field) => SEALED_COLUMN[field]);
      const marks = fields.filter(isFindable).map((field) => MARK_COLUMN[field]);
      const epoch = EPOCH_COLUMN[dataClass];
      const withheld = columns.map(
        (column) =>
          `${column} = CASE WHEN ${column} IS NOT NULL THEN json_object('sealed', :withheld, 'mask', ${column} ->> 'mask') END`,
      );
      return {
        fill: db.prepare<[Record<string, string | number | null>]>(
          `UPDATE guest SET ${[...columns, ...marks, epoch].map((column) => `${column} = :${column}`).join(', ')}
           WHERE id = :id AND seq = :seq`,
        ),
        // The index of the class's epochs: what is withheld has none.
        purge: db.prepare<[{ withheld: string; limit: number }]>(
          `UPDATE guest SET ${[...withheld, ...marks.map((mark) => `${mark} = NULL`), `${epoch} = NULL`].join(', ')}
           WHERE rowid IN (SELECT rowid FROM guest WHERE ${epoch} IS NOT NULL LIMIT :limit)`,
        ),
      };
    };
    this.#of = {
      identity: statementsOf('identity'),
      payment: statementsOf('payment'),
      preference: statementsOf('preference'),
    } as const satisfies { readonly [C in SealedClass]: unknown };
  }

  get(id: GuestId): Guest | null {
    const row = this.#get.get(id);
    return row === undefined ? null : toGuest(row);
  }

  /** A guest as it stands here, pending changes in it, with the seq and versions of the server's. */
  held(id: string): HeldRow<Guest> | null {
    const row = this.#get.get(id);
    return row === undefined ? null : { row: toGuest(row), seq: row.seq, versions: JSON.parse(row.versions) };
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Stores a guest and what it is found by. Runs inside the caller's transaction. */
  put(guest: Guest, seq: number, versions: Versions = {}): void {
    const searchText = `${guest.name}\u0000${guest.nameLatin ?? ''}`;
    const known = this.#known.get(guest.id);
    const written = this.#upsert.run({ ...toRow(guest, seq, searchText), versions: JSON.stringify(versions) });
    if (written.changes === 0 || known?.searchText === searchText) return;
    const rowid = known?.rowid ?? Number(written.lastInsertRowid);
    if (known !== undefined) this.#dropFound(known);
    const found = nameKeys(guest.name, guest.nameLatin);
    for (const { key, kind } of found.keys) this.#addKey.run(key, kind, rowid);
    if (found.pieces.length > 0) this.#addPieces.run(rowid, found.pieces.join(' '));
  }

  /**
   * Puts the values of a class into a guest that is as it was sent without them; a later one has them, or will. Runs inside the caller's
   * transaction.
   */
  fill(guest: Guest, seq: number, dataClass: SealedClass): void {
    const { fill } = this.#of[dataClass];
    fill.run(toRow(guest, seq, ''));
  }

  /**
   * Deletes the values of a class from some guests, and leaves their masks. @returns how many: 0 when there are no more
   */
  purge(dataClass: SealedClass, limit: number): number {
    return this.#of[dataClass].purge.run({ withheld: WITHHELD, limit }).changes;
  }

  /** Whether anybody is here. */
  any(): boolean {
    return this.#any.get() !== undefined;
  }

  /** Removes a guest and what it is found by. Runs inside the caller's transaction. */
  remove(id: GuestId): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#dropFound(known);
    this.#remove.run(known.rowid);
  }

  #dropFound({ rowid, searchText }: { readonly rowid: number; readonly searchText: string }): void {
    for (const { key, kind } of keysOf(searchText)) this.#dropKey.run(key, kind, rowid);
    this.#dropPieces.run(rowid);
  }
}

/** The keys of a name as it was indexed. */
function keysOf(searchText: string): NameKeys['keys'] {
  const [name = '', nameLatin = ''] = searchText.split('\u0000');
  return nameKeys(name, nameLatin === '' ? null : nameLatin).keys;
}

function toRow(guest: Guest, seq: number, searchText: string): Record<string, string | number | null> {
  const sealed = GUEST_SEALED_FIELDS.map((field) => {
    const value: SealedField | null = guest[field];
    // The index has a column of its own, and is in there only.
    return [SEALED_COLUMN[field], value === null ? null : JSON.stringify({ ...value, index: undefined })] as const;
  });
  return {
    id: guest.id,
    seq,
    name: guest.name,
    name_latin: guest.nameLatin,
    salutation: guest.salutation,
    language: guest.language,
    phone: guest.phone,
    email: guest.email,
    company: guest.company,
    vehicle_plate: guest.vehiclePlate,
    vip: guest.vip ? 1 : 0,
    do_not_disclose: guest.doNotDisclose ? 1 : 0,
    document_type: guest.documentType,
    phone_tail: guest.phone?.slice(-4) ?? null,
    document_mark: markOf(guest.documentNumber),
    card_mark: markOf(guest.cardNumber),
    search_text: searchText,
    ...Object.fromEntries(sealed),
    ...Object.fromEntries(SEALED_CLASSES.map((dataClass) => [EPOCH_COLUMN[dataClass], epochIn(guest, dataClass)])),
  };
}

function markOf(value: SealedField | null): number | null {
  return value?.index === undefined ? null : toMark(value.index);
}

/** The oldest epoch of a guest's values of a class; null when there are none. */
function epochIn(guest: Guest, dataClass: SealedClass): number | null {
  const epochs = (FIELDS_OF.get(dataClass) ?? []).flatMap((field) => {
    const value = guest[field];
    return value === null || isWithheld(value) ? [] : [sealedHead(value.sealed).epoch];
  });
  return epochs.length === 0 ? null : Math.min(...epochs);
}

/** Rows were parsed by the schema when they came in, and pages are authenticated: they are trusted here. */
export function toGuest(row: GuestRow): Guest {
  const sealed = GUEST_SEALED_FIELDS.map((field) => {
    const text = row[SEALED_COLUMN[field]];
    const mark = isFindable(field) ? row[MARK_COLUMN[field]] : null;
    if (typeof text !== 'string') return [field, null] as const;
    return [field, mark === null ? JSON.parse(text) : { ...JSON.parse(text), index: fromMark(mark) }] as const;
  });
  return {
    id: row.id,
    name: row.name,
    nameLatin: row.name_latin,
    salutation: row.salutation,
    language: row.language,
    phone: row.phone,
    email: row.email,
    company: row.company,
    vehiclePlate: row.vehicle_plate,
    vip: row.vip === 1,
    doNotDisclose: row.do_not_disclose === 1,
    documentType: row.document_type,
    ...Object.fromEntries(sealed),
  } as unknown as Guest;
}
