/** Slots: what a password opens, what it is bound to, and how guesses at it are counted. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashRaw } from '@node-rs/argon2';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GuessLedger, type LoggedGuess } from '../../../src-main/vault/guess-ledger.ts';
import { calibrate, KDF_FLOOR } from '../../../src-main/vault/kdf.ts';
import type { KeyStore, SecretName } from '../../../src-main/vault/key-store.ts';
import { duressOf, makeSlot, moveDuress, noDuress, openSlot, type Slot } from '../../../src-main/vault/slot.ts';
import { SlotFile } from '../../../src-main/vault/slot-file.ts';
import { EmployeeId, PropertyId } from '../../../src-shared/model/ids.ts';

// The real one, and how often it ran.
vi.mock(import('@node-rs/argon2'), async (load) => {
  const real = await load();
  return { ...real, hashRaw: vi.fn(real.hashRaw) };
});

const who = {
  propertyId: PropertyId.parse('west-lake'),
  employeeId: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZZ'),
};
const other = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0');
const deviceKey = randomBytes(32);
const secrets = { cacheKey: randomBytes(32), unlockKey: randomBytes(32) };
const input = (password: string, change: object = {}) => ({
  ...who,
  password: Buffer.from(password),
  deviceKey,
  ...change,
});
const made = (duress = noDuress()) => makeSlot({ ...input('the right one'), ...secrets, duress, cost: KDF_FLOOR });
const underDuress = { decoyKey: randomBytes(32), totpSecret: randomBytes(20) };

describe('a slot', () => {
  it('gives the cache key and the unlock key to the right password at its own device, and to nothing else', async () => {
    const slot = await made();
    expect(await openSlot(slot, input('the right one'))).toMatchObject({ kind: 'own', ...secrets });
    expect(await openSlot(slot, input('another'))).toBeNull();
    expect(await openSlot(slot, input('the right one', { deviceKey: randomBytes(32) }))).toBeNull();
    expect(await openSlot(slot, input('the right one', { employeeId: other }))).toBeNull();
  });

  it('does not open with a header that was altered, since that is bound to its boxes', async () => {
    const slot = await made();
    for (const change of [{ lanes: 1 }, { passes: 4 }, { memoryKib: 65_544 }]) {
      expect(await openSlot({ ...slot, kdf: { ...slot.kdf, ...change } }, input('the right one'))).toBeNull();
    }
    const swapped: Slot = { ...slot, boxes: [slot.boxes[1], slot.boxes[0]] };
    expect(await openSlot(swapped, input('the right one'))).toBeNull();
  });

  it('looks the same with a password under duress and without, and takes as many runs of Argon2id to make and to open', async () => {
    const runs = vi.mocked(hashRaw);
    const counted = async <T>(work: () => Promise<T>) => {
      runs.mockClear();
      const result = await work();
      return { result, runs: runs.mock.calls.length };
    };
    const plain = await counted(() => made());
    const filled = await counted(() => made(duressOf(Buffer.from('help me please'), underDuress)));
    expect([plain.runs, filled.runs]).toEqual([2, 2]);
    const looks = ({ kdf, boxes }: Slot) => [{ ...kdf, salt: kdf.salt.length }, ...boxes.map((box) => box.length)];
    expect(looks(filled.result)).toEqual(looks(plain.result));
    for (const password of ['the right one', 'help me please', 'another'])
      expect((await counted(() => openSlot(filled.result, input(password)))).runs).toBe(1);
  });

  it('opens under duress to the key of the decoy and nothing else, and keeps that when it is made anew', async () => {
    const slot = await made(duressOf(Buffer.from('help me please'), underDuress));
    const forced = await openSlot(slot, input('help me please'));
    expect(forced).toEqual({ kind: 'duress', ...underDuress });
    const own = await openSlot(slot, input('the right one'));
    if (own?.kind !== 'own' || forced?.kind !== 'duress') throw new Error('it does not open');
    const raised = await makeSlot({ ...input('the right one'), ...own, cost: { ...KDF_FLOOR, passes: 4 } });
    expect(await openSlot(raised, input('help me please'))).toEqual(forced);
    // Moved under duress, her own opens as before, and what she had set comes back with the next slot.
    const moved = await moveDuress(slot, input('what they wanted'), forced);
    expect(await openSlot(moved, input('what they wanted'))).toEqual(forced);
    expect(await openSlot(moved, input('help me please'))).toBeNull();
    expect(await openSlot(moved, input('the right one'))).toEqual(own);
  });
});

describe('the cost of a password', () => {
  it.each([
    ['a quick machine', 0.0006, { memoryKib: 524_288, passes: 3 }],
    ['a quicker one', 0.0003, { memoryKib: 524_288, passes: 5 }],
    ['a slow one', 0.005, { memoryKib: 65_536, passes: 3 }],
  ])('is measured so that one run takes 250 to 500 ms on %s, memory first', async (_, msPerKib, expected) => {
    const cost = await calibrate(async ({ memoryKib, passes }) => (memoryKib * msPerKib * passes) / 3, 1 << 24);
    expect(cost).toMatchObject(expected);
    const took = (cost.memoryKib * msPerKib * cost.passes) / 3;
    expect(took).toBeGreaterThanOrEqual(249);
    expect(took).toBeLessThanOrEqual(500);
  });

  it('is never below the floor, however slow the machine or small its memory', async () => {
    expect(await calibrate(async () => 5_000, 1 << 24)).toEqual(KDF_FLOOR);
    expect((await calibrate(async () => 100, 1 << 18)).memoryKib).toBe(KDF_FLOOR.memoryKib);
  });
});

/** A ledger over a real slot file, and a keychain that can be looked into. */
async function ledger(logged: readonly LoggedGuess[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-slots-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kept = new Map<SecretName, Buffer>();
  const keyStore: KeyStore = {
    read: async (name) => kept.get(name) ?? null,
    write: async (name, secret) => void kept.set(name, secret),
    remove: async (name) => void kept.delete(name),
  };
  const time = { now: 1_000_000, mono: 0 };
  const clock = { now: () => time.now, mono: () => time.mono };
  const key = randomBytes(32);
  const file = join(folder, 'slots.json');
  const wanted = () => ({ file, key: Buffer.from(key), keyStore, clock });
  const over = (slotFile: SlotFile) => new GuessLedger(slotFile, keyStore, () => logged);
  return {
    file,
    kept,
    time,
    ledger: over(await SlotFile.begin(wanted())),
    /** Another life of the program over the same places. */
    again: async () => {
      const opened = await SlotFile.open(wanted());
      return opened instanceof SlotFile ? over(opened) : opened;
    },
  };
}

const RULE = { limit: 3, lockoutMs: 60_000 };
const ann = who.employeeId;

describe('guesses at a password or code', () => {
  it('are counted before they are checked, lock out at the limit and start anew after it', async () => {
    const { ledger: it, time } = await ledger();
    for (const left of [2, 1, 0]) expect(await it.count(ann, 'code', RULE)).toEqual({ allowed: true, left });
    expect(await it.count(ann, 'code', RULE)).toEqual({ allowed: false, retryAt: 1_060_000 });
    time.now += 59_999;
    expect(await it.count(ann, 'code', RULE)).toMatchObject({ allowed: false });
    time.now += 1;
    expect(await it.count(ann, 'code', RULE)).toEqual({ allowed: true, left: 2 });
  });

  it('are counted apart by employee and factor, and forgotten after a right one', async () => {
    const { ledger: it } = await ledger();
    await it.count(ann, 'password', RULE);
    await it.count(ann, 'password', RULE);
    expect(await it.count(ann, 'code', RULE)).toMatchObject({ left: 2 });
    expect(await it.count(other, 'password', RULE)).toMatchObject({ left: 2 });
    await it.clear(ann, 'password');
    expect(await it.count(ann, 'password', RULE)).toMatchObject({ left: 2 });
  });

  it('that come at the same moment are all counted', async () => {
    const { ledger: it } = await ledger();
    const answers = await Promise.all(Array.from({ length: 10 }, () => it.count(ann, 'password', RULE)));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  it('stay counted with a clock set back, whose lockout runs on while the program does', async () => {
    const { ledger: it, again, time } = await ledger();
    for (let n = 0; n < 3; n++) await it.count(ann, 'code', RULE);
    time.now -= 86_400_000;
    expect(await it.count(ann, 'code', RULE)).toMatchObject({ allowed: false });
    const later = await again();
    if (typeof later === 'string') throw new Error(later);
    expect(await later.count(ann, 'code', RULE)).toMatchObject({ allowed: false });
    time.mono += 60_000;
    expect(await later.count(ann, 'code', RULE)).toMatchObject({ allowed: true });
  });

  it('are not bought back with an older slot file, with the keychain’s item gone, nor with both from before the log', async () => {
    const start = await ledger();
    const before = readFileSync(start.file);
    for (let n = 0; n < 3; n++) await start.ledger.count(ann, 'password', RULE);
    const newest = readFileSync(start.file);
    // An older file is told from the newest by the keychain's anchor, and not used at all.
    writeFileSync(start.file, before);
    expect(await start.again()).toBe('older');
    writeFileSync(start.file, newest);
    // Without the keychain's count the file's still counts.
    start.kept.delete(`guesses-${ann}`);
    const restored = await start.again();
    if (typeof restored === 'string') throw new Error(restored);
    expect(await restored.count(ann, 'password', RULE)).toMatchObject({ allowed: false });
    // Nothing is left in either: what the log tells is counted by the same rule.
    const at = 1_000_000;
    const wrong = { factor: 'password', outcome: 'wrong', at } as const;
    const fromLog = await ledger([{ ...wrong, outcome: 'right' }, wrong, wrong, wrong]);
    expect(await fromLog.ledger.count(ann, 'password', RULE)).toEqual({ allowed: false, retryAt: at + 60_000 });
    expect(await fromLog.ledger.count(ann, 'code', RULE)).toMatchObject({ left: 2 });
  });
});

describe('a TOTP step (RFC 6238 §5.2)', () => {
  it('is accepted once, and none before it, over a restart too', async () => {
    const { ledger: it, again } = await ledger();
    const taken: boolean[] = [];
    for (const step of [100, 100, 99, 101]) taken.push(await it.acceptTotpStep(ann, step));
    expect(taken).toEqual([true, false, false, true]);
    expect(await it.acceptTotpStep(other, 100)).toBe(true);
    const later = await again();
    if (typeof later === 'string') throw new Error(later);
    expect(await later.acceptTotpStep(ann, 101)).toBe(false);
    expect(await later.reached(ann, 'totp-step')).toBe(101);
    expect(await later.reached(ann, 'lease')).toBeNull();
  });
});
