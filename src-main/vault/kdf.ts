/** Argon2id (RFC 9106), the one slow step between a password and a key. */
import { totalmem } from 'node:os';
import { hashRaw } from '@node-rs/argon2';

export interface Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** 64 MiB, 3 passes, 4 lanes: RFC 9106 §4, second recommended option. */
export const KDF_FLOOR = { memoryKib: 65_536, passes: 3, lanes: 4 } as const satisfies Cost;

/** The library's enums are ambient, which isolated modules cannot read: their values, by name. */
const ARGON2ID = 2;
const ARGON2_VERSION_13 = 1;

/**
 * Stretches a password to 32 bytes, which the caller zeroes.
 * @param secret RFC 9106's K, which lies elsewhere than the salt; the library takes it, but no associated data X
 */
export async function stretch(
  password: Buffer,
  kdf: Cost & { readonly salt: string },
  secret?: Buffer,
): Promise<Buffer> {
  return hashRaw(password, {
    algorithm: ARGON2ID,
    version: ARGON2_VERSION_13,
    memoryCost: kdf.memoryKib,
    timeCost: kdf.passes,
    parallelism: kdf.lanes,
    salt: Buffer.from(kdf.salt, 'base64'),
    outputLen: 32,
    ...(secret === undefined ? {} : { secret }),
  });
}

/** What a person does not notice when she signs in, and a guesser does. */
const WANTED_MS = 250;
const MOST_MEMORY_KIB = 524_288;
const MOST_PASSES = 16;

/**
 * Finds the cost at which one run takes 250 to 500 ms on this machine: memory first, which a guesser's hardware lacks most, and no
 * more of it than an eighth of what the machine has; then passes. Never below {@link KDF_FLOOR}.
 * @param measure milliseconds that a run of this cost takes
 * @param machineKib memory of the machine
 */
export async function calibrate(
  measure: (cost: Cost) => Promise<number> = measureRun,
  machineKib = totalmem() / 1024,
): Promise<Cost> {
  const room = Math.min(MOST_MEMORY_KIB, machineKib / 8);
  let cost: Cost = KDF_FLOOR;
  let took = await measure(cost);
  // Twice the memory takes twice as long: from below 250 ms no step goes beyond 500.
  while (took < WANTED_MS && cost.memoryKib * 2 <= room) {
    cost = { ...cost, memoryKib: cost.memoryKib * 2 };
    took = await measure(cost);
  }
  if (took >= WANTED_MS) return cost;
  const passes = Math.ceil((cost.passes * WANTED_MS) / Math.max(took, 1));
  return { ...cost, passes: Math.min(passes, MOST_PASSES) };
}

/** Whether one cost is dearer than another in some respect, and cheaper in none. */
export function isRaised(from: Cost, to: Cost): boolean {
  const [memory, passes] = [to.memoryKib - from.memoryKib, to.passes - from.passes];
  return memory >= 0 && passes >= 0 && memory + passes > 0;
}

async function measureRun(cost: Cost): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < 2; run++) {
    const begun = performance.now();
    (await stretch(Buffer.from('calibration'), { ...cost, salt: 'AAAAAAAAAAAAAAAAAAAAAA==' })).fill(0);
    runs.push(performance.now() - begun);
  }
  // The faster one: the other was held up by something else.
  return Math.min(...runs);
}
