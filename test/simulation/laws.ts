/** The laws of sync (docs/sync.md), looked at when everything is quiet. Each gives one sentence for whatever breaks it. */
import { isDeepStrictEqual } from 'node:util';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import { type EntityName, MERGED, type MergedName } from '../../src-shared/model/entities.ts';
import type { GuestId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import { WITHHELD } from '../../src-shared/model/sealed-field.ts';
import { isChange } from '../../src-shared/sync/changes.ts';
import {
  LogProof,
  type Operation,
  type OperationResult,
  PROTOCOL_VERSION,
  routes,
} from '../../src-shared/sync/protocol.ts';
import type { FeedRow } from './server.ts';
import type { Made, SimulatedTerminal, World } from './terminal.ts';

/** @returns what is wrong; nothing when every law holds */
export async function breaches(world: World, terminals: readonly SimulatedTerminal[]): Promise<string[]> {
  const { server, hotel, wire } = world;
  const feed = await server.ask<FeedRow[]>({ ask: 'feed', property: hotel.property.id });
  const found: string[] = [];
  found.push(
    ...onceEach(feed, terminals),
    ...inOrder(terminals),
    ...nothingLost(feed, terminals),
    ...nothingForgotten(feed, terminals),
  );
  for (const terminal of terminals) {
    const { propertyId: property, deviceId: device } = terminal.enrolment;
    const mayHold = await server.ask<SealedClass[]>({ ask: 'may-hold', property, device });
    found.push(...sameAsServer(feed, terminal, mayHold), ...(await provenLog(terminal)));
  }
  const said = wire.join('\n');
  for (const secret of hotel.secrets) if (said.includes(secret)) found.push('a sealed value was on the line in clear');
  return found;
}

const rowsOf = (feed: readonly FeedRow[], entity: EntityName) => feed.filter((row) => row.entity === entity);
const appliedAt = ({ results }: Made) => {
  const [first] = results;
  return first === undefined || first.status === 'refused' ? null : first.seq;
};
const erased = (feed: readonly FeedRow[]) => new Set(rowsOf(feed, 'guestErasure').map(({ row }) => row.id));

/** Every acknowledged operation counts once: one answer however often it was sent, and what it did stands under that number. */
function onceEach(feed: readonly FeedRow[], terminals: readonly SimulatedTerminal[]): string[] {
  const found: string[] = [];
  const all = terminals.flatMap(({ made }) => made);
  for (const { operation, results } of all) {
    const words = new Set(results.map(answerOf));
    if (words.size > 1) found.push(`${operation.kind} was answered ${[...words].join(' and ')}`);
    if (results.length === 0) found.push(`${operation.kind} was never answered`);
  }
  const gone = erased(feed);
  const notes = new Map(rowsOf(feed, 'guestNote').map((note) => [note.row.id, note]));
  for (const made of all) {
    const { operation } = made;
    if (operation.kind !== 'guestNote.add') continue;
    const [note, seq] = [notes.get(operation.note.id), appliedAt(made)];
    notes.delete(operation.note.id);
    if (gone.has(operation.note.guestId)) continue;
    if (note === undefined && seq !== null) found.push('an acknowledged note is not there');
    if (note !== undefined && note.seq !== seq) found.push(`a note of ${note.seq} was acknowledged as ${seq}`);
  }
  if (notes.size > 0) found.push(`${notes.size} notes that nobody wrote`);
  // Each operation takes the numbers from behind the one before it up to its own: a field changed at one of them.
  const changes = all.filter(({ operation }) => isChange(operation));
  for (const { entity, row, versions } of feed) {
    for (const [field, version] of Object.entries(versions)) {
      const by = changes.filter((made) => names(made, row.id, field));
      if (!by.some((made) => isWithin(version, appliedAt(made), all)))
        found.push(`${entity}.${field} changed at ${version}, for which nobody was acknowledged`);
    }
  }
  return found;
}

/** What one terminal did is applied in the order in which it was done there, whatever its clock said. */
function inOrder(terminals: readonly SimulatedTerminal[]): string[] {
  return terminals.flatMap(({ name, made }) => {
    const taken = made.flatMap((one) => appliedAt(one) ?? []);
    const isSorted = taken.every((seq, at) => at === 0 || (taken[at - 1] ?? 0) <= seq);
    return isSorted ? [] : [`what ${name} did was applied as ${taken.join()}`];
  });
}

const answerOf = (result: OperationResult) =>
  result.status === 'refused' ? `refused (${result.reason})` : `taken as ${result.seq}`;

/** Whether a change may have changed a field of a row, itself or by what follows from it. */
function names({ operation }: Made, id: string, field: string): boolean {
  switch (operation.kind) {
    case 'guest.change':
      return operation.guestId === id && field in operation.changes;
    case 'stay.change':
      return (operation.stayId === id && field in operation.changes) || field === 'status';
    case 'stay.checkIn':
      return operation.stayId === id;
    case 'stay.checkOut':
      return operation.stayId === id || field === 'status';
    case 'room.setStatus':
      return operation.roomId === id;
    case 'conflict.settle':
      return operation.rowId === id && operation.field === field;
    default:
      return false;
  }
}

function isWithin(version: number, seq: number | null, all: readonly Made[]): boolean {
  if (seq === null || version > seq) return false;
  return !all.some((other) => {
    const at = appliedAt(other);
    return at !== null && at >= version && at < seq;
  });
}

/** A value that the server took is in the row or in an open conflict, or somebody has put another in its place who knew it. */
function nothingLost(feed: readonly FeedRow[], terminals: readonly SimulatedTerminal[]): string[] {
  const token = (id: string, field: string, value: unknown) =>
    JSON.stringify([id, field, isSealed(value) ? value.sealed : value]);
  const present = new Set<string>();
  for (const { entity, row } of feed) {
    if (entity === 'guest') for (const [field, value] of Object.entries(row)) present.add(token(row.id, field, value));
    const { state, rowId, field, brought } = row as { [name: string]: unknown };
    if (entity !== 'conflict' || state !== 'open') continue;
    present.add(token(String(rowId), String(field), (brought as { value: unknown }).value));
  }
  const gone = erased(feed);
  const all = terminals.flatMap((terminal) => terminal.made.map((made) => ({ ...made, terminal })));
  return all.flatMap((made) => {
    const { operation, terminal } = made;
    const seq = appliedAt(made);
    if (operation.kind !== 'guest.change' || seq === null || gone.has(operation.guestId)) return [];
    return Object.entries(operation.changes).flatMap(([field, value]) => {
      if (present.has(token(operation.guestId, field, value))) return [];
      const order = terminal.made.findIndex((one) => one.operation === operation);
      const knew = all.some(
        (later) =>
          later.operation !== operation &&
          appliedAt(later) !== null &&
          names(later, operation.guestId, field) &&
          (later.terminal === terminal
            ? terminal.made.findIndex((one) => one.operation === later.operation) > order
            : later.cursor >= seq),
      );
      return knew ? [] : [`guest.${field} as ${terminal.name} had it at ${seq} is nowhere`];
    });
  });
}

/** What somebody did is in the outbox of her terminal as the server answered it, or waits; whatever was refused can be seen there. */
function nothingForgotten(feed: readonly FeedRow[], terminals: readonly SimulatedTerminal[]): string[] {
  const gone = erased(feed);
  return terminals.flatMap((terminal) => {
    const { outbox, pending } = terminal.running.cache;
    const found: string[] = [];
    if (outbox.count('queued') > 0) found.push(`${terminal.name} still has something to send`);
    if (pending.all().length > 0) found.push(`${terminal.name} still has something over its rows`);
    const refused = new Set(outbox.unsettled().map(({ operation }) => operation.id));
    for (const { operation, results } of terminal.made) {
      // What was done to or written about a guest who was erased goes with her, conflicts that were settled too.
      if (guestOf(operation).some((id) => gone.has(id))) continue;
      if (!outbox.has(operation.id)) found.push(`${operation.kind} is gone from the outbox of ${terminal.name}`);
      const isRefused = results.at(-1)?.status === 'refused';
      // Somebody who has said the same thing once more, and otherwise, has dealt with it; so has who settles a conflict anew.
      if (isRefused && !isChange(operation) && !refused.has(operation.id))
        found.push(`a refused ${operation.kind} is not shown at ${terminal.name}`);
    }
    return found;
  });
}

function guestOf(operation: Operation): readonly string[] {
  if ('guestId' in operation) return [operation.guestId];
  if (operation.kind === 'guestNote.add') return [operation.note.guestId];
  if (operation.kind === 'conflict.settle') return [operation.rowId];
  return operation.kind === 'stay.create' && operation.guest !== null ? [operation.guest.id] : [];
}

/** A terminal has the rows, versions, conflicts and seeds of the server, and values of the classes that it may hold, and no others. */
function sameAsServer(
  feed: readonly FeedRow[],
  terminal: SimulatedTerminal,
  mayHold: readonly SealedClass[],
): string[] {
  const { cache, seeds } = terminal.running;
  const found: string[] = [];
  const differs = (what: string) => found.push(`${terminal.name} has another ${what} than the server`);
  const held = cache.heldClasses.names();
  if (!isDeepStrictEqual([...held].sort(), [...mayHold].sort()))
    found.push(`${terminal.name} holds ${held.join()} and may hold ${mayHold.join()}`);
  const tables = { guest: cache.guests, stay: cache.stays, room: cache.rooms };
  const merged: ReadonlySet<string> = new Set(MERGED);
  for (const { entity, row, versions } of feed) {
    if (!merged.has(entity)) continue;
    const here = tables[entity as MergedName].held(row.id);
    const expected = entity === 'guest' ? asHeld(row, mayHold) : row;
    for (const field of new Set([...Object.keys(expected), ...Object.keys(here?.row ?? {})])) {
      if (!isDeepStrictEqual(plain(here?.row)[field], expected[field])) differs(`${entity}.${field}`);
    }
    if (!isDeepStrictEqual({ ...here?.versions }, versions)) differs(`version of a ${entity}`);
  }
  if (cache.guests.count() !== rowsOf(feed, 'guest').length) differs('number of guests');
  const gone = erased(feed);
  for (const id of gone) {
    if (cache.guests.get(id as GuestId) !== null || seeds.get(id as GuestId) !== null)
      found.push(`${terminal.name} has a guest who was erased`);
  }
  for (const { row } of rowsOf(feed, 'guestSeed')) {
    const seed = seeds.get(row.id as GuestId)?.toString('base64') ?? null;
    if (seed !== row['seed']) differs('seed');
    const notes = cache.notes.forGuest(row.id as GuestId).map(({ state: _, ...note }) => note);
    const there = rowsOf(feed, 'guestNote').filter((note) => note.row['guestId'] === row.id);
    const synced = notes.filter(({ id }) => there.some((note) => note.row.id === id));
    if (synced.length !== there.length) differs('note');
  }
  const open = rowsOf(feed, 'conflict').filter(({ row }) => row['state'] === 'open');
  const here = cache.conflicts.open();
  if (here.length !== open.length) differs('number of open conflicts');
  for (const { seq, ...conflict } of here) {
    const there = open.find(({ row }) => row.id === conflict.id);
    if (there?.seq !== seq) differs('conflict');
  }
  return found;
}

/** A guest as a terminal has her that may hold these classes: of all others the masks alone. */
function asHeld(row: FeedRow['row'], mayHold: readonly SealedClass[]): { readonly [field: string]: unknown } {
  const withheld = GUEST_SEALED_FIELDS.flatMap((field) => {
    const value = row[field];
    if (!isSealed(value) || mayHold.includes(sealedClassOf(field))) return [];
    return [[field, { sealed: WITHHELD, mask: value.mask }]];
  });
  return { ...row, ...Object.fromEntries(withheld) };
}

const plain = (row: object | undefined) => (row ?? {}) as { readonly [field: string]: unknown };

function isSealed(value: unknown): value is { readonly sealed: string; readonly mask: string } {
  return typeof value === 'object' && value !== null && 'sealed' in value;
}

/** The server has a terminal's whole access log, proves it, and has never shown another history than before. */
async function provenLog(terminal: SimulatedTerminal): Promise<string[]> {
  const { log, copy, line } = terminal.running;
  const { propertyId } = terminal.enrolment;
  if (copy.problem !== null) return [`the server's log: ${copy.problem}`];
  if (copy.upToSeq !== log.head.seq) return [`${terminal.name} has not handed over its whole log`];
  const entries = log.list({ limit: 10_000 });
  const found: string[] = [];
  // The newest, the oldest, and one of the middle.
  for (const entry of new Set([entries.at(0), entries.at(-1), entries.at(entries.length / 2)])) {
    if (entry === undefined) continue;
    const heldSize = copy.checkpoint?.size ?? 0;
    const body = { protocol: PROTOCOL_VERSION, seq: entry.seq, heldSize };
    const proof = await line.post(routes.accessLogProofs(propertyId), body, LogProof);
    if (!copy.proves(proof, entry.hash, terminal.now))
      found.push(`entry ${entry.seq} of ${terminal.name} is not proven`);
  }
  return found;
}
