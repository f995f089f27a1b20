/** The cache's schema: numbered steps, forward only, each in one transaction. A released step is never changed. */
import type { Database } from 'better-sqlite3';

const STEPS: readonly string[] = [
  `
  CREATE TABLE property (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, name TEXT NOT NULL, name_latin TEXT NOT NULL, business_date TEXT NOT NULL,
    time_zone TEXT NOT NULL, country TEXT NOT NULL
  ) STRICT;

  CREATE TABLE room (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, number TEXT NOT NULL, floor INTEGER NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL
  ) STRICT;
  CREATE INDEX room_number ON room (number);

  -- Basic fields are plain inside encrypted pages; sealed fields are JSON {sealed, mask}.
  CREATE TABLE guest (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
    name TEXT NOT NULL, name_latin TEXT, salutation TEXT NOT NULL, language TEXT NOT NULL, phone TEXT, email TEXT, company TEXT,
    vehicle_plate TEXT, vip INTEGER NOT NULL, do_not_disclose INTEGER NOT NULL, document_type TEXT NOT NULL,
    document_number TEXT, date_of_birth TEXT, nationality TEXT, document_address TEXT, card_number TEXT,
    invoice_tax_number TEXT, dietary_needs TEXT,
    phone_tail TEXT, search_text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX guest_phone ON guest (phone) WHERE phone IS NOT NULL;
  CREATE INDEX guest_phone_tail ON guest (phone_tail) WHERE phone_tail IS NOT NULL;

  -- Keys a name is found under: the folded name, each later word, pinyin, initials.
  CREATE TABLE guest_key (
    key TEXT NOT NULL, kind TEXT NOT NULL, guest INTEGER NOT NULL REFERENCES guest (rowid) ON DELETE CASCADE,
    PRIMARY KEY (key, kind, guest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX guest_key_guest ON guest_key (guest);
  -- One- and two-character pieces of names without word breaks: FTS5's trigram needs three, Chinese names have two.
  CREATE VIRTUAL TABLE guest_pieces USING fts5 (pieces, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 categories 'L* N* Co Mn Mc'");

  CREATE TABLE stay (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, guest_id TEXT NOT NULL, room_id TEXT, reservation_number TEXT NOT NULL,
    status TEXT NOT NULL, arrival TEXT NOT NULL, departure TEXT NOT NULL, adults INTEGER NOT NULL, children INTEGER NOT NULL,
    room_type TEXT NOT NULL, channel TEXT NOT NULL, rate_minor INTEGER NOT NULL, currency TEXT NOT NULL
  ) STRICT;
  CREATE INDEX stay_guest ON stay (guest_id, arrival);
  CREATE INDEX stay_status_arrival ON stay (status, arrival);
  CREATE INDEX stay_room ON stay (room_id, status);
  CREATE INDEX stay_reservation ON stay (reservation_number);

  CREATE TABLE employee (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, name TEXT NOT NULL, name_latin TEXT, staff_number TEXT NOT NULL, role TEXT NOT NULL,
    active INTEGER NOT NULL, credential TEXT NOT NULL
  ) STRICT;
  CREATE TABLE device (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, name TEXT NOT NULL, public_key TEXT NOT NULL, enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;

  -- state: synced | waiting | refused. A note written here waits until the server has it.
  CREATE TABLE guest_note (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, guest_id TEXT NOT NULL, text TEXT NOT NULL, author_id TEXT NOT NULL,
    written_at INTEGER NOT NULL, state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX guest_note_guest ON guest_note (guest_id, written_at);

  CREATE TABLE outbox (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, state TEXT NOT NULL, reason TEXT
  ) STRICT;
  CREATE INDEX outbox_state ON outbox (state, id);

  CREATE TABLE sync_state (
    one INTEGER PRIMARY KEY CHECK (one = 1), cursor INTEGER NOT NULL, last_sync_at INTEGER, clock_offset_ms INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sync_state VALUES (1, 0, NULL, 0);
  CREATE TABLE refused_batch (
    id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, field TEXT NOT NULL,
    reason TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE auth_attempt (
    employee_id TEXT NOT NULL, factor TEXT NOT NULL, failed INTEGER NOT NULL, locked_until INTEGER NOT NULL,
    PRIMARY KEY (employee_id, factor)
  ) STRICT;
  CREATE TABLE auth_totp (employee_id TEXT PRIMARY KEY, last_step INTEGER NOT NULL) STRICT;
  `,
  `
  -- Keys once more for guests in house (due '') and expected (due: their arrival): however many share a name, the desk's come first.
  CREATE TABLE current_key (
    due TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
    guest INTEGER NOT NULL REFERENCES guest (rowid) ON DELETE CASCADE,
    PRIMARY KEY (due, key, kind, guest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX current_key_guest ON current_key (guest);

  WITH RECURSIVE place (at) AS (VALUES (1) UNION ALL SELECT at + 1 FROM place WHERE at < 64),
    width (wide) AS (VALUES (1), (2)),
    current AS (
      SELECT DISTINCT CASE s.status WHEN 'in-house' THEN '' ELSE s.arrival END AS due, g.rowid AS guest, g.name, g.phone_tail
      FROM stay s JOIN guest g ON g.id = s.guest_id WHERE s.status IN ('in-house', 'reserved')
    )
  INSERT INTO current_key
    SELECT c.due, k.key, k.kind, c.guest FROM current c JOIN guest_key k ON k.guest = c.guest
    UNION SELECT due, phone_tail, 'phone', guest FROM current WHERE phone_tail IS NOT NULL
    UNION SELECT due, substr(name, at, wide), 'piece', guest FROM current, place, width WHERE at <= length(name);
  `,
  `
  -- Keys are dropped by the name they were made from (guest.search_text): an index by guest took as much room as the keys.
  CREATE TABLE guest_key_next (
    key TEXT NOT NULL, kind TEXT NOT NULL, guest INTEGER NOT NULL, PRIMARY KEY (key, kind, guest)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO guest_key_next SELECT key, kind, guest FROM guest_key ORDER BY key, kind, guest;
  DROP TABLE guest_key;
  ALTER TABLE guest_key_next RENAME TO guest_key;
  `,
  `
  -- What narrows a permission. Rows from before narrow nothing for a quarter; the server has given the same and sends them anew.
  ALTER TABLE property ADD COLUMN policy_version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE employee ADD COLUMN property_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE employee ADD COLUMN shifts TEXT NOT NULL DEFAULT '[{"begins":"00:00","ends":"00:00"}]';
  ALTER TABLE employee ADD COLUMN trained_until TEXT NOT NULL DEFAULT '';
  ALTER TABLE employee ADD COLUMN policy_acknowledged INTEGER NOT NULL DEFAULT 0;
  UPDATE employee SET property_id = (SELECT id FROM property), trained_until = date('now', '+90 days')
    WHERE EXISTS (SELECT 1 FROM property);
  `,
  `
  -- Employees have key pairs; a credential of before has none and opens nothing. They come again with the whole feed.
  DROP TABLE employee;
  CREATE TABLE employee (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, name TEXT NOT NULL, name_latin TEXT, staff_number TEXT NOT NULL, role TEXT NOT NULL,
    active INTEGER NOT NULL, property_id TEXT NOT NULL, shifts TEXT NOT NULL, trained_until TEXT NOT NULL,
    policy_acknowledged INTEGER NOT NULL, sealing_key TEXT NOT NULL, signing_key TEXT NOT NULL, credential TEXT NOT NULL
  ) STRICT;
  UPDATE sync_state SET cursor = 0;

  CREATE TABLE class_grant (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, employee_id TEXT NOT NULL, class TEXT NOT NULL, epoch INTEGER NOT NULL,
    enc TEXT NOT NULL, sealed TEXT NOT NULL, granted_by TEXT NOT NULL, granted_at INTEGER NOT NULL, signature TEXT NOT NULL
  ) STRICT;
  CREATE INDEX class_grant_employee ON class_grant (employee_id, seq);

  -- Guests who were erased: no later row of theirs is taken.
  CREATE TABLE guest_erasure (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, erased_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Credentials give their keys in two steps, grants say what for. What is of before comes again with the whole feed.
  DELETE FROM employee;
  ALTER TABLE employee ADD COLUMN slot_key TEXT NOT NULL DEFAULT '';
  DELETE FROM class_grant;
  ALTER TABLE class_grant ADD COLUMN scope TEXT NOT NULL DEFAULT 'see';
  UPDATE sync_state SET cursor = 0;
  `,
  `
  -- Class keys that two of three keepers can bring back.
  CREATE TABLE recovery_key (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, public_key TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE recovery_grant (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, recovery_key_id TEXT NOT NULL, class TEXT NOT NULL, epoch INTEGER NOT NULL,
    enc TEXT NOT NULL, sealed TEXT NOT NULL, proof TEXT NOT NULL, granted_by TEXT NOT NULL, granted_at INTEGER NOT NULL,
    signature TEXT NOT NULL
  ) STRICT;
  CREATE INDEX recovery_grant_key ON recovery_grant (recovery_key_id, seq);
  `,
  `
  -- What the security officer must look at. body: the case as JSON; closing: how it was closed here, until the server has it.
  CREATE TABLE security_case (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL, body TEXT NOT NULL, closing TEXT
  ) STRICT;
  CREATE INDEX security_case_open ON security_case (id) WHERE state = 'open' AND closing IS NULL;
  `,
  `
  -- Security keys: the employee's step-up share under each; sealed_share is NULL once a key was removed.
  CREATE TABLE security_key (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, employee_id TEXT NOT NULL, name TEXT NOT NULL, credential_id TEXT NOT NULL,
    prf_salt TEXT NOT NULL, sealed_share TEXT, added_at INTEGER NOT NULL, signature TEXT NOT NULL
  ) STRICT;
  CREATE INDEX security_key_employee ON security_key (employee_id, added_at);
  `,
  `
  -- Grants stand on entitlements, whose signatures lead back to one root: the first that was seen, kept for good.
  CREATE TABLE entitlement (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, employee_id TEXT NOT NULL, scope TEXT NOT NULL, class TEXT, sealing_key TEXT NOT NULL,
    signing_key TEXT NOT NULL, ordered_by TEXT NOT NULL, ordered_at INTEGER NOT NULL, signature TEXT NOT NULL,
    withdrawn_by TEXT, withdrawn_at INTEGER
  ) STRICT;
  CREATE TABLE trust_root (one INTEGER PRIMARY KEY CHECK (one = 1), signing_key TEXT NOT NULL) STRICT;
  CREATE TABLE class_epoch (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, oldest INTEGER NOT NULL, begun_by TEXT NOT NULL, begun_at INTEGER NOT NULL
  ) STRICT;

  -- The epoch in which a guest's values of a class are sealed, the oldest of them: what is behind is re-wrapped. So far there was one.
  ALTER TABLE guest ADD COLUMN identity_epoch INTEGER;
  ALTER TABLE guest ADD COLUMN payment_epoch INTEGER;
  ALTER TABLE guest ADD COLUMN preference_epoch INTEGER;
  UPDATE guest SET
    identity_epoch = CASE WHEN coalesce(document_number, date_of_birth, nationality, document_address) IS NULL THEN NULL ELSE 1 END,
    payment_epoch = CASE WHEN coalesce(card_number, invoice_tax_number) IS NULL THEN NULL ELSE 1 END,
    preference_epoch = CASE WHEN dietary_needs IS NULL THEN NULL ELSE 1 END;
  CREATE INDEX guest_identity_epoch ON guest (identity_epoch) WHERE identity_epoch IS NOT NULL;
  CREATE INDEX guest_payment_epoch ON guest (payment_epoch) WHERE payment_epoch IS NOT NULL;
  CREATE INDEX guest_preference_epoch ON guest (preference_epoch) WHERE preference_epoch IS NOT NULL;

  -- Entitlements come with the whole feed.
  UPDATE sync_state SET cursor = 0;
  `,
  `
  -- Blind indexes of sealed numbers: epoch and mark in one. A guest who is erased takes them along.
  ALTER TABLE guest ADD COLUMN document_mark INTEGER;
  ALTER TABLE guest ADD COLUMN card_mark INTEGER;
  CREATE INDEX guest_document_mark ON guest (document_mark) WHERE document_mark IS NOT NULL;
  CREATE INDEX guest_card_mark ON guest (card_mark) WHERE card_mark IS NOT NULL;
  `,
  `
  -- Guesses are counted beside the cache, where they are while it is closed (guess-ledger.ts); what is left here is told by its age.
  DROP TABLE auth_attempt;
  DROP TABLE auth_totp;
  ALTER TABLE sync_state ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- A grant names the key it is sealed to: whoever was given a new one waits to be granted anew. All come with the whole feed.
  DELETE FROM class_grant;
  ALTER TABLE class_grant ADD COLUMN sealing_key TEXT NOT NULL DEFAULT '';
  UPDATE sync_state SET cursor = 0;
  `,
  `
  -- Which server this is: another generation is one that was restored from a backup.
  ALTER TABLE sync_state ADD COLUMN generation INTEGER;
  ALTER TABLE sync_state ADD COLUMN restored_at INTEGER;
  `,
  `
  -- Classes whose values this terminal holds; rows up to fill_until that came without one are filled up to fill_after.
  CREATE TABLE held_class (class TEXT PRIMARY KEY, fill_after INTEGER NOT NULL, fill_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO held_class VALUES ('identity', 0, 0), ('payment', 0, 0), ('preference', 0, 0);
  `,
  `
  -- The seq at which each field that has changed changed last, as JSON. A change says of which it was made.
  ALTER TABLE guest ADD COLUMN versions TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE stay ADD COLUMN versions TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE room ADD COLUMN versions TEXT NOT NULL DEFAULT '{}';
  -- What was changed here and has not come with the feed, by the row it lies over; seq once the server has taken it.
  CREATE TABLE pending_change (
    operation_id TEXT NOT NULL, entity TEXT NOT NULL, row_id TEXT NOT NULL, changes TEXT NOT NULL, seq INTEGER,
    PRIMARY KEY (entity, row_id, operation_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pending_change_operation ON pending_change (operation_id);
  -- Rows under pending changes, as the server has them.
  CREATE TABLE held_row (
    entity TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, row TEXT NOT NULL, versions TEXT NOT NULL,
    PRIMARY KEY (entity, id)
  ) STRICT, WITHOUT ROWID;
  -- body: the conflict as JSON; settling: 1 once it was settled here, until the server has it.
  CREATE TABLE conflict (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, row_id TEXT NOT NULL, guest_id TEXT, body TEXT NOT NULL,
    settling INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX conflict_open ON conflict (row_id) WHERE state = 'open' AND settling = 0;
  `,
  `
  -- place: in the order in which it was done. An id tells the time of the clock, which may have been set back since.
  CREATE TABLE outbox_placed (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, state TEXT NOT NULL, reason TEXT
  ) STRICT;
  INSERT INTO outbox_placed (id, body, state, reason) SELECT id, body, state, reason FROM outbox ORDER BY rowid;
  DROP TABLE outbox;
  ALTER TABLE outbox_placed RENAME TO outbox;
  CREATE INDEX outbox_state ON outbox (state, place);
  CREATE TABLE pending_placed (
    place INTEGER PRIMARY KEY, operation_id TEXT NOT NULL, entity TEXT NOT NULL, row_id TEXT NOT NULL, changes TEXT NOT NULL, seq INTEGER,
    UNIQUE (entity, row_id, operation_id)
  ) STRICT;
  INSERT INTO pending_placed (operation_id, entity, row_id, changes, seq)
    SELECT operation_id, entity, row_id, changes, seq FROM pending_change
    LEFT JOIN outbox ON outbox.id = operation_id ORDER BY outbox.place, operation_id;
  DROP TABLE pending_change;
  ALTER TABLE pending_placed RENAME TO pending_change;
  CREATE INDEX pending_change_operation ON pending_change (operation_id);
  `,
  `
  -- since: how far the feed had come when the first row was taken. Rows come anew: what of anew ('conflicts', 'everything') has not come by the
  -- end of the feed is gone; null while nothing comes anew.
  ALTER TABLE sync_state ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sync_state ADD COLUMN anew TEXT;
  `,
  `
  -- Lines of folios, never changed. state: synced | waiting | refused; operation_id: of one made here, until the feed has brought it.
  CREATE TABLE posting (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, stay_id TEXT NOT NULL, guest_id TEXT NOT NULL, business_date TEXT NOT NULL,
    kind TEXT NOT NULL, item TEXT NOT NULL, text TEXT, amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, folio INTEGER NOT NULL,
    reverses TEXT, reason TEXT, by_id TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, operation_id TEXT,
    answered INTEGER
  ) STRICT;
  CREATE INDEX posting_stay ON posting (stay_id);
  CREATE INDEX posting_day ON posting (business_date);
  CREATE INDEX posting_guest ON posting (guest_id) WHERE text IS NOT NULL;
  CREATE INDEX posting_operation ON posting (operation_id) WHERE operation_id IS NOT NULL;
  -- The day that this terminal works on since it closed the one before, which the server may not know of yet.
  ALTER TABLE sync_state ADD COLUMN rolled_to TEXT;
  -- body: the closed day as JSON; seq 0 for one that the server does not have yet.
  CREATE TABLE day_close (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  `,
];

/** Newest schema this program knows. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings a file to a version, the newest unless a test asks for an older one.
 * @returns false when the file is of a newer program, which must not be touched
 */
export function migrate(db: Database, to = SCHEMA_VERSION): boolean {
  const from = Number(db.pragma('user_version', { simple: true }));
  if (from > SCHEMA_VERSION) return false;
  for (let version = from; version < to; version++) {
    db.transaction(() => {
      db.exec(STEPS[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
  return true;
}
