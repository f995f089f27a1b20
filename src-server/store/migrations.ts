/** Numbered, forward only, each in one transaction. A released migration is never edited: the next one corrects it. */
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Tables } from './tables.ts';

/**
 * Brings the schema to a migration, the newest unless a test asks for an older one.
 * @throws the database's own error; nothing of a failed migration remains
 */
export async function migrate(db: Kysely<Tables>, to?: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await (to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(to));
  if (error !== undefined) throw error;
}

/** The newest migration that this database has been through. @throws when it has been through none */
export async function appliedMigration(db: Kysely<Tables>): Promise<string> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const applied = (await migrator.getMigrations()).filter(({ executedAt }) => executedAt !== undefined).at(-1);
  if (applied === undefined) throw new Error('this database has no schema yet');
  return applied.name;
}

/** Whether this database has been through every migration. @throws the database's own error */
export async function isMigrated(db: Kysely<Tables>): Promise<boolean> {
  return (await appliedMigration(db)) === Object.keys(MIGRATIONS).sort().at(-1);
}

/** One statement each: PGlite's extended protocol takes no more at once. */
const statements = (...texts: readonly string[]): Migration => ({
  up: async (db) => {
    for (const text of texts) await sql.raw(text).execute(db);
  },
});

const MIGRATIONS: Record<string, Migration> = {
  '0001-first-form': statements(
    `create table property (
       property_id text primary key,
       last_seq bigint not null default 0
     )`,
    // Written only under the property's lock (store/feed.ts), so a foreign key would check again what is known.
    `create table entity_row (
       property_id text not null,
       entity text not null,
       id text not null,
       seq bigint not null,
       "row" jsonb not null,
       primary key (property_id, entity, id)
     )`,
    // Serves the feed (store/feed.ts), and holds that a seq is given once.
    'create unique index entity_row_feed on entity_row (property_id, seq)',
    `create table device (
       property_id text not null references property,
       id text not null,
       name text not null,
       public_key text not null,
       token_sha256 text not null,
       enrolled_at bigint not null,
       revoked_at bigint,
       primary key (property_id, id)
     )`,
    // Serves the sign-in of a terminal (store/devices.ts).
    'create unique index device_token on device (property_id, token_sha256)',
    `create table operation (
       property_id text not null,
       id text not null,
       device_id text not null,
       received_at bigint not null,
       result jsonb,
       primary key (property_id, id),
       foreign key (property_id, device_id) references device
     )`,
    `create table enrolment_code (
       property_id text not null references property,
       code_sha256 text not null,
       expires_at bigint not null,
       used_at bigint,
       primary key (property_id, code_sha256)
     )`,
  ),
  // Rows from before narrow nothing for a quarter: whole-day shifts, no policy, trained until then. New numbers take them to every terminal.
  '0002-narrowing-conditions': statements(
    `update entity_row set seq = property.last_seq + old.place, "row" = entity_row."row" || case old.entity
         when 'property' then jsonb_build_object('policyVersion', 0)
         else jsonb_build_object('propertyId', old.property_id, 'policyAcknowledged', 0,
           'trainedUntil', to_char(current_date + 90, 'YYYY-MM-DD'),
           'shifts', '[{"begins":"00:00","ends":"00:00"}]'::jsonb) end
       from (select property_id, entity, id, row_number() over (partition by property_id order by seq) as place
         from entity_row where entity in ('property', 'employee')) as old
       join property using (property_id)
       where entity_row.property_id = old.property_id and entity_row.entity = old.entity and entity_row.id = old.id`,
    `update property set last_seq = greatest(last_seq,
       (select coalesce(max(seq), 0) from entity_row where entity_row.property_id = property.property_id))`,
  ),
  '0003-erasure': statements(
    // Serves the erasure of a guest (store/erasure.ts): what hangs on the guest.
    `create index entity_row_guest on entity_row (property_id, ("row" ->> 'guestId')) where entity in ('stay', 'guestNote')`,
  ),
  '0004-founding': statements(
    // One to a property: a newer code is good in place of the older. Its property is not there yet, so nothing is referred to.
    `create table founding_code (
       property_id text primary key,
       code_sha256 text not null,
       expires_at bigint not null
     )`,
  ),
  // Nobody had another key yet: what was granted is sealed to the one she has. New numbers take it to every terminal.
  '0005-grant-keys': statements(
    `update entity_row set seq = property.last_seq + old.place,
         "row" = entity_row."row" || jsonb_build_object('sealingKey', old.key)
       from (select held.property_id, held.id, person."row" ->> 'sealingKey' as key,
           row_number() over (partition by held.property_id order by held.seq) as place
         from entity_row held
         join entity_row person on person.property_id = held.property_id and person.entity = 'employee'
           and person.id = held."row" ->> 'employeeId'
         where held.entity = 'classGrant') as old
       join property using (property_id)
       where entity_row.property_id = old.property_id and entity_row.entity = 'classGrant' and entity_row.id = old.id`,
    `update property set last_seq = greatest(last_seq,
       (select coalesce(max(seq), 0) from entity_row where entity_row.property_id = property.property_id))`,
  ),
  '0006-access-log': statements(
    `create table log_tree (
       property_id text primary key references property,
       size bigint not null default 0,
       generation integer not null default 0
     )`,
    // Written only under the lock of the property's log_tree row.
    `create table log_entry (
       property_id text not null,
       index bigint not null,
       device_id text not null,
       device_seq bigint not null,
       hash text not null,
       body text not null,
       primary key (property_id, index)
     )`,
    // Serves what the server has of a terminal, and holds that a place in its log is taken once.
    'create unique index log_entry_device on log_entry (property_id, device_id, device_seq)',
    `create table log_node (
       property_id text not null,
       level integer not null,
       index bigint not null,
       hash text not null,
       primary key (property_id, level, index)
     )`,
    `create table log_seal (
       property_id text not null,
       device_id text not null,
       up_to_seq bigint not null,
       signature text not null,
       primary key (property_id, device_id, up_to_seq)
     )`,
  ),
  // Until somebody says otherwise a terminal is set up for every class, as it was before.
  '0007-class-filter': statements('alter table device add column profile text, add column held text'),
  '0008-field-versions': statements(
    'alter table entity_row add column versions jsonb, add column authors jsonb',
    // Serve the changes of stays (store/changes.ts): who is in a room, and what is open about a row.
    `create index entity_row_room on entity_row (property_id, ("row" ->> 'roomId'))
       where entity = 'stay' and "row" ->> 'status' in ('in-house', 'reserved')`,
    `create index entity_row_conflict on entity_row (property_id, ("row" ->> 'rowId'))
       where entity = 'conflict' and "row" ->> 'state' = 'open'`,
  ),
  // Terminals of before have a token and no key: nobody is let in by it, and they are enrolled anew.
  '0009-terminal-certificates': statements(
    'drop index device_token',
    `alter table device
       drop column token_sha256,
       add column key_sha256 text not null default '',
       add column seen_at bigint not null default 0,
       add column certificate_until bigint not null default 0,
       add column version text`,
  ),
  '0010-wipe': statements(
    `alter table device add column wipe_order text, add column wiped_at bigint, add column wipe_report jsonb`,
  ),
  '0011-row-level-security': statements(
    // Columns of their own for what is looked up by: behind a policy no index on an expression over JSON is used, since its operators may
    // tell of rows that are not to be seen (PostgreSQL, Rules and Privileges: only LEAKPROOF ones are tried first).
    `alter table entity_row
       add column guest_id text generated always as ("row" ->> 'guestId') stored,
       add column room_id text generated always as ("row" ->> 'roomId') stored,
       add column about_id text generated always as ("row" ->> 'rowId') stored`,
    'drop index entity_row_guest, entity_row_room, entity_row_conflict',
    `create index entity_row_guest on entity_row (property_id, guest_id) where entity in ('stay', 'guestNote', 'conflict', 'case')`,
    `create index entity_row_room on entity_row (property_id, room_id)
       where entity = 'stay' and "row" ->> 'status' in ('in-house', 'reserved')`,
    `create index entity_row_conflict on entity_row (property_id, about_id)
       where entity = 'conflict' and "row" ->> 'state' = 'open'`,
    ...[
      ...['property', 'entity_row', 'operation', 'device', 'enrolment_code', 'founding_code'],
      ...['log_tree', 'log_entry', 'log_node', 'log_seal'],
    ].flatMap((table) => [
      `alter table ${table} enable row level security, force row level security`,
      // Of the transaction (store/fence.ts); read once a statement, not once a row. `coalesce` not for where nothing was set, which shows
      // nothing either way, but for the planner: it takes half of the rows to pass, whereas of an equality it would think that one
      // property of a hundred passes a second time, and go through a whole property where it should look up.
      `create policy of_one_property on ${table}
         using (coalesce((select current_setting('keyrack.property', true)) in (property_id, '*'), false))`,
    ]),
  ),
  // Nothing was forgotten before.
  '0012-forgetting': statements(
    'alter table property add column forgotten_seq bigint not null default 0, add column ids_kept_from bigint not null default 0',
    // Serves the forgetting of tombstones (store/forget.ts).
    `create index entity_row_tombstone on entity_row (property_id, seq)
       where entity = 'guestErasure' or (entity = 'conflict' and "row" ->> 'state' = 'settled')`,
  ),
  '0013-folios': statements(
    `alter table entity_row
       add column stay_id text generated always as ("row" ->> 'stayId') stored,
       add column day text generated always as ("row" ->> 'businessDate') stored`,
    // Serve the lines of a stay, and those of a day (store/folio.ts).
    `create index entity_row_folio on entity_row (property_id, stay_id) where entity = 'posting'`,
    `create index entity_row_day on entity_row (property_id, day) where entity = 'posting'`,
  ),
};
