/** Re-wrapping as it goes on behind a working desk, a slice of guests at a time, against AES-GCM alone over as many values, which spends no time on traces either. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Desk } from '../../src-main/desk/desk.ts';
import { rewrap } from '../../src-main/desk/rewrap.ts';
import type { GuestBehind } from '../../src-main/store/sealed-epochs.ts';
import { bytesAsKey } from '../../src-main/vault/bytes-as-key.ts';
import { compare, inTurn } from './compare.ts';
import { classKey, property } from './hotel.ts';
import { guestsAtTheDesk, type HotelFiles } from './hotel-files.ts';
import type { Row } from './row.ts';

/** As key-tender.ts takes them. */
const SLICE = 10;
const FIELDS = ['documentNumber', 'dateOfBirth', 'nationality', 'documentAddress'] as const;
/** Version, algorithm, class, epoch; nonce; commitment; tag (src-main/vault/field-seal.ts). */
const [HEADER, NONCE, COMMITMENT, TAG] = [7, 12, 16, 16];

/** @param desk with the seeds of the guests at the desk and an employee who is signed in */
export async function measureRewrap(desk: Pick<Desk, 'session' | 'seeds'>, hotel: HotelFiles): Promise<Row> {
  const ids = guestsAtTheDesk(hotel).map(({ guestId }) => guestId);
  const guests = ids.flatMap((id) => hotel.product.guests.get(id) ?? []);
  const slices = Array.from({ length: Math.floor(guests.length / SLICE) }, (_, at) =>
    guests.slice(at * SLICE, (at + 1) * SLICE).map((guest): GuestBehind => ({ rowid: 0, seq: 0, guest })),
  );
  const nextKey = { ...classKey('identity'), epoch: 2, key: randomBytes(32) };
  desk.session.unlock([classKey('identity'), nextKey]);
  const to = { class: 'identity', epoch: 2 } as const;
  const who = { property: property() };
  const nextSlice = inTurn(slices);
  // The same values, each as long as it is, sealed under one key that is there already.
  const bare = slices.map((slice) =>
    slice.flatMap(({ guest }) => FIELDS.flatMap((field) => guest[field]?.sealed ?? [])).map(bareBoxLike),
  );
  const nextBare = inTurn(bare);
  const measured = await compare(
    {
      run: () => {
        const done = rewrap(desk, who, to, nextSlice());
        if (done?.unreadable !== 0) throw new Error('every value opens');
      },
    },
    { run: () => nextBare().map(bareRewrap) },
    { rounds: 10, calls: 100 },
  );
  const values = bare.reduce((sum, slice) => sum + slice.length, 0) / bare.length;
  const rate = (ms: number) => `${Math.round((values / ms) * 1_000).toLocaleString('en')} values a second`;
  return {
    what: `re-wrapping ${SLICE} guests of one class in a new epoch: seed, record keys, blind index (${rate(measured.product.median)})`,
    counterpart: `bare AES-GCM open and seal of the same ${Math.round(values)} values (${rate(measured.counterpart.median)})`,
    measured,
    goal: null,
  };
}

const KEY = randomBytes(32);

function bareBoxLike(sealed: string): Buffer {
  const length = Buffer.from(sealed, 'base64').length - HEADER - NONCE - COMMITMENT - TAG;
  return bareSeal(randomBytes(length));
}

export function bareBox(plain: string): Buffer {
  return bareSeal(Buffer.from(plain));
}

export function bareRewrap(box: Buffer): Buffer {
  const decipher = bytesAsKey(() =>
    createDecipheriv('aes-256-gcm', KEY, box.subarray(0, NONCE), { authTagLength: TAG }),
  );
  decipher.setAuthTag(box.subarray(-TAG));
  return bareSeal(Buffer.concat([decipher.update(box.subarray(NONCE, -TAG)), decipher.final()]));
}

function bareSeal(plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = bytesAsKey(() => createCipheriv('aes-256-gcm', KEY, nonce, { authTagLength: TAG }));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
