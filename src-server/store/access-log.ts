/**
 * The access log of a whole property (DESIGN §8): what each terminal recorded and signed, as leaves of one Merkle tree (RFC 9162), whose
 * checkpoints the server signs. Nothing in it is ever changed or deleted: terminals that hold a checkpoint would notice.
 */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Kysely, sql, type Transaction } from 'kysely';
import { originOf } from '../../src-shared/audit/checkpoint.ts';
import { decodeEntry, LEAF_PREFIX, sealText } from '../../src-shared/audit/entry.ts';
import { GENESIS } from '../../src-shared/audit/event.ts';
import {
  appendLeaves,
  completeNodes,
  consistencyRanges,
  foldNodes,
  inclusionRanges,
  type Node,
  type Range,
} from '../../src-shared/audit/merkle.ts';
import type { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import type { LogProof, LogProofRequest, LogPush, LogPushResponse } from '../../src-shared/sync/protocol.ts';
import { signedBy } from './employee-signature.ts';
import type { LogKey } from './log-key.ts';
import type { Tables } from './tables.ts';

/** Which terminal of which property asks. */
interface Asker {
  readonly propertyId: PropertyId;
  readonly deviceId: DeviceId;
}

/**
 * Takes entries that follow what the server has of this terminal: all of them, or none. What it has already is passed over.
 * @returns how far it has them, and the property's newest checkpoint
 */
export async function takeLog(db: Kysely<Tables>, key: LogKey, asker: Asker, push: LogPush): Promise<LogPushResponse> {
  return db.transaction().execute(async (trx) => {
    const tree = await lockTree(trx, asker.propertyId);
    const checked = await checkEntries(trx, asker, push);
    if (checked.outcome !== 'fits') return checked;
    const size = await append(trx, asker, tree.size, checked.leaves);
    if (push.seal !== null && checked.leaves.length > 0) await keepSeal(trx, asker, push.seal);
    return {
      outcome: 'taken',
      upToSeq: checked.upToSeq,
      ...(await checkpointFor(trx, key, asker.propertyId, { ...tree, size }, push.heldSize)),
    };
  });
}

/** Proves that an entry of the asking terminal is in the tree, and that the tree has grown out of what it holds. */
export async function proveEntry(
  db: Kysely<Tables>,
  key: LogKey,
  asker: Asker,
  request: LogProofRequest,
): Promise<LogProof> {
  // One view of the tree for all that is read.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const entry = await trx
        .selectFrom('log_entry')
        .select('index')
        .where('property_id', '=', asker.propertyId)
        .where('device_id', '=', asker.deviceId)
        .where('device_seq', '=', request.seq)
        .executeTakeFirst();
      const tree = await readTree(trx, asker.propertyId);
      if (entry === undefined || tree === undefined) return { outcome: 'unknown' };
      const hashOf = await readRanges(trx, asker.propertyId, inclusionRanges(entry.index, tree.size));
      const checkpoint = await checkpointFor(trx, key, asker.propertyId, tree, request.heldSize);
      return { outcome: 'proof', index: entry.index, path: hashOf, ...checkpoint };
    });
}

/** Where a property's log stands. */
export interface LogState {
  readonly propertyId: string;
  readonly size: number;
  readonly root: string;
}

/** Where the log of every property stands, as the server keeps it. */
export async function logStates(trx: Transaction<Tables>): Promise<LogState[]> {
  const trees = await trx.selectFrom('log_tree').select(['property_id', 'size']).orderBy('property_id').execute();
  const states: LogState[] = [];
  for (const { property_id: propertyId, size } of trees) {
    const [root = ''] = await readRanges(trx, propertyId, [{ begin: 0, end: size }]);
    states.push({ propertyId, size, root });
  }
  return states;
}

/** Where the log of a property stands by its entries alone: every hash is made anew. */
export async function recomputeLog(db: Kysely<Tables>, propertyId: string): Promise<LogState> {
  let [size, frontier]: [number, readonly string[]] = [0, []];
  for (;;) {
    const rows = await db
      .selectFrom('log_entry')
      .select('body')
      .where('property_id', '=', propertyId)
      .where('index', '>=', size)
      .orderBy('index')
      .limit(RECOMPUTED)
      .execute();
    const leaves = rows.map(({ body }) => hash('sha256', LEAF_PREFIX + body));
    ({ frontier } = appendLeaves(size, frontier, leaves, hashChildren));
    size += rows.length;
    if (rows.length < RECOMPUTED) return { propertyId, size, root: foldNodes(frontier, hashChildren) };
  }
}

/** Entries read at once where the whole log is gone through. */
const RECOMPUTED = 5_000;

interface Tree {
  readonly size: number;
  readonly generation: number;
}

interface Leaf {
  readonly seq: number;
  readonly hash: string;
  readonly body: string;
}

type Checked =
  | { readonly outcome: 'fits'; readonly leaves: readonly Leaf[]; readonly upToSeq: number }
  | Exclude<LogPushResponse, { outcome: 'taken' }>;

async function lockTree(trx: Transaction<Tables>, propertyId: PropertyId): Promise<Tree> {
  await trx
    .insertInto('log_tree')
    .values({ property_id: propertyId, size: 0, generation: 0 })
    .onConflict((conflict) => conflict.column('property_id').doNothing())
    .execute();
  return trx
    .selectFrom('log_tree')
    .select(['size', 'generation'])
    .where('property_id', '=', propertyId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

function readTree(trx: Transaction<Tables>, propertyId: PropertyId): Promise<Tree | undefined> {
  return trx
    .selectFrom('log_tree')
    .select(['size', 'generation'])
    .where('property_id', '=', propertyId)
    .executeTakeFirst();
}

/** Whether the entries follow what is there, each the one before, and the seal is of the last. */
async function checkEntries(
  trx: Transaction<Tables>,
  { propertyId, deviceId }: Asker,
  push: LogPush,
): Promise<Checked> {
  const ofDevice = trx
    .selectFrom('log_entry')
    .select(['device_seq as seq', 'hash'])
    .where('property_id', '=', propertyId)
    .where('device_id', '=', deviceId);
  // Served by log_entry_device, as is what follows.
  const known = await ofDevice.orderBy('device_seq', 'desc').limit(1).executeTakeFirst();
  let last = known ?? { seq: 0, hash: GENESIS };
  const refuse = (reason: 'forked' | 'bad-seal' | 'unreadable', atSeq: number) =>
    ({ outcome: 'refused', reason, atSeq }) as const;
  const leaves: Leaf[] = [];
  const again: { seq: number; hash: string }[] = [];
  for (const body of push.entries) {
    const entry = decodeEntry(body);
    if (entry?.deviceId !== deviceId || canonicalize(entry) !== body) return refuse('unreadable', last.seq);
    const leaf = { seq: entry.seq, hash: hash('sha256', LEAF_PREFIX + body), body };
    if (entry.seq <= (known?.seq ?? 0)) {
      again.push(leaf);
      continue;
    }
    if (entry.seq !== last.seq + 1) return { outcome: 'gap', upToSeq: known?.seq ?? 0 };
    if (entry.prev !== last.hash) return refuse('forked', entry.seq);
    leaves.push(leaf);
    last = leaf;
  }
  if (again.length > 0) {
    const seqs = again.map(({ seq }) => seq);
    const kept = new Map((await ofDevice.where('device_seq', 'in', seqs).execute()).map((row) => [row.seq, row.hash]));
    const other = again.find(({ seq, hash: sent }) => kept.get(seq) !== sent);
    if (other !== undefined) return refuse('forked', other.seq);
  }
  if (leaves.length > 0 && !(await isSealed(trx, { propertyId, deviceId }, push.seal, last))) {
    return refuse('bad-seal', last.seq);
  }
  return { outcome: 'fits', leaves, upToSeq: last.seq };
}

async function isSealed(
  trx: Transaction<Tables>,
  { propertyId, deviceId }: Asker,
  seal: LogPush['seal'],
  last: { readonly seq: number; readonly hash: string },
): Promise<boolean> {
  if (seal?.upToSeq !== last.seq || seal.hash !== last.hash) return false;
  const device = await trx
    .selectFrom('device')
    .select('public_key')
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .executeTakeFirstOrThrow();
  return signedBy(device.public_key, sealText(deviceId, last.seq, last.hash), seal.signature);
}

/** @returns how many leaves there are now */
async function append(
  trx: Transaction<Tables>,
  { propertyId, deviceId }: Asker,
  size: number,
  leaves: readonly Leaf[],
): Promise<number> {
  if (leaves.length === 0) return size;
  const frontier = await readNodes(trx, propertyId, completeNodes({ begin: 0, end: size }));
  const { nodes } = appendLeaves(
    size,
    frontier,
    leaves.map((leaf) => leaf.hash),
    hashChildren,
  );
  await trx
    .insertInto('log_entry')
    .values(
      leaves.map(({ seq, hash: leaf, body }, offset) => ({
        property_id: propertyId,
        index: size + offset,
        device_id: deviceId,
        device_seq: seq,
        hash: leaf,
        body,
      })),
    )
    .execute();
  const inner = nodes.filter(({ level }) => level > 0);
  if (inner.length > 0) {
    await trx
      .insertInto('log_node')
      .values(inner.map(({ level, index, hash: node }) => ({ property_id: propertyId, level, index, hash: node })))
      .execute();
  }
  const grown = size + leaves.length;
  await trx.updateTable('log_tree').set({ size: grown }).where('property_id', '=', propertyId).execute();
  return grown;
}

async function keepSeal(
  trx: Transaction<Tables>,
  { propertyId, deviceId }: Asker,
  { upToSeq, signature }: NonNullable<LogPush['seal']>,
): Promise<void> {
  await trx
    .insertInto('log_seal')
    .values({ property_id: propertyId, device_id: deviceId, up_to_seq: upToSeq, signature })
    .execute();
}

async function checkpointFor(
  trx: Transaction<Tables>,
  key: LogKey,
  propertyId: PropertyId,
  { size, generation }: Tree,
  heldSize: number,
): Promise<{ checkpoint: string; publicKey: string; consistency: string[] }> {
  const grown = heldSize > 0 && heldSize < size;
  const ranges = grown ? consistencyRanges(heldSize, size) : [];
  const [root = '', ...consistency] = await readRanges(trx, propertyId, [{ begin: 0, end: size }, ...ranges]);
  const checkpoint = key.sign({ origin: originOf(propertyId, generation), size, root });
  return { checkpoint, publicKey: key.publicKey, consistency };
}

/** @returns the hash of each range */
async function readRanges(trx: Transaction<Tables>, propertyId: string, ranges: readonly Range[]): Promise<string[]> {
  const parts = ranges.map(completeNodes);
  const hashes = await readNodes(trx, propertyId, parts.flat());
  return parts.map((nodes) => foldNodes(hashes.splice(0, nodes.length), hashChildren));
}

/** @returns the hashes of complete subtrees, in the order asked for. Served by the keys of both tables. */
async function readNodes(trx: Transaction<Tables>, propertyId: string, nodes: readonly Node[]): Promise<string[]> {
  if (nodes.length === 0) return [];
  const { rows } = await sql<{ hash: string | null }>`
    select coalesce(leaf.hash, node.hash) as hash
    from jsonb_to_recordset(${JSON.stringify(nodes.map((node, place) => ({ ...node, place })))}::jsonb)
      as wanted (level integer, index bigint, place integer)
    left join log_entry leaf on wanted.level = 0 and leaf.property_id = ${propertyId} and leaf.index = wanted.index
    left join log_node node on node.property_id = ${propertyId} and node.level = wanted.level and node.index = wanted.index
    order by place
  `.execute(trx);
  return rows.map((row) => {
    if (row.hash === null) throw new Error('the tree of the access log lacks a subtree: restore the database');
    return row.hash;
  });
}

/** SHA-256 of two hashes as RFC 9162 §2.1.1 joins them; all lower-case hex. */
function hashChildren(left: string, right: string): string {
  return hash('sha256', Buffer.from(`01${left}${right}`, 'hex'));
}
