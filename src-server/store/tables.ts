/** The tables as Kysely sees them; migrations.ts makes them. */
import type { ColumnType } from 'kysely';
import type { EntityName } from '../../src-shared/model/entities.ts';
import type { OperationResult, WipeProof } from '../../src-shared/sync/protocol.ts';

/** Written as JSON text, read as its value. */
type Json<T> = ColumnType<T, string, string>;

/** Made by the database of the row, and never written. */
type Generated = ColumnType<string | null, never, never>;

/** 0 until somebody writes it. */
type Defaulted = ColumnType<number, number | undefined, number>;

export type WipeReport = Pick<WipeProof, 'unsent' | 'entries'>;

export interface Tables {
  property: {
    property_id: string;
    /** The newest seq of the property's feed. Who raises it holds this row's lock until commit. */
    last_seq: number;
    /** The newest seq of a tombstone that is gone from the feed (store/forget.ts); 0 where none is. */
    forgotten_seq: Defaulted;
    /** Ids of operations made before may have been forgotten, epoch ms; 0 where none was. */
    ids_kept_from: Defaulted;
  };
  entity_row: {
    property_id: string;
    entity: EntityName;
    id: string;
    seq: number;
    row: Json<unknown>;
    /** Of what is merged field by field: the seq at which each field that has changed changed last, and who changed it. */
    versions: Json<unknown> | null;
    authors: Json<unknown> | null;
    /** What the row says of these, for its indexes. */
    guest_id: Generated;
    room_id: Generated;
    about_id: Generated;
    stay_id: Generated;
    day: Generated;
  };
  operation: {
    property_id: string;
    id: string;
    device_id: string;
    received_at: number;
    /** Null only inside the transaction that applies it. */
    result: Json<OperationResult> | null;
  };
  device: {
    property_id: string;
    id: string;
    name: string;
    public_key: string;
    /** Of the key that its certificates are for, hex; empty for one that was enrolled before there were any. */
    key_sha256: string;
    enrolled_at: number;
    revoked_at: number | null;
    seen_at: number;
    certificate_until: number;
    /** Of its program, as it said when it last asked for a certificate. */
    version: string | null;
    /** Names the order to wipe it; null when there is none. */
    wipe_order: string | null;
    wiped_at: number | null;
    /** What it said of itself when it was wiped. */
    wipe_report: Json<WipeReport> | null;
    /** Classes whose values it is set up to hold, with commas between; null for all. */
    profile: string | null;
    /** Those it last said it holds; null before it has said so. */
    held: string | null;
  };
  /** One Merkle tree of a property's access log (store/access-log.ts). Who appends holds this row's lock until commit. */
  log_tree: {
    property_id: string;
    size: number;
    /** How often the server was restored from a backup. */
    generation: number;
  };
  /** A leaf: what a terminal recorded, as it was hashed. */
  log_entry: {
    property_id: string;
    index: number;
    device_id: string;
    device_seq: number;
    hash: string;
    body: string;
  };
  /** Complete subtrees above the leaves. */
  log_node: {
    property_id: string;
    level: number;
    index: number;
    hash: string;
  };
  /** What a terminal signed: everything of it up to an entry. */
  log_seal: {
    property_id: string;
    device_id: string;
    up_to_seq: number;
    signature: string;
  };
  founding_code: {
    /** Of a property that is not there yet. */
    property_id: string;
    code_sha256: string;
    expires_at: number;
  };
  enrolment_code: {
    property_id: string;
    code_sha256: string;
    expires_at: number;
    used_at: number | null;
  };
}
