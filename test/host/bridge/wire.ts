/** How values travel between the host and the preload: JSON that keeps what JSON alone would lose. */

/** JSON with tags. */
export type Packed = null | boolean | number | string | [tag: string, ...rest: unknown[]];

/** Packs and unpacks values. */
export interface Wire {
  pack(value: unknown): Packed;
  unpack(packed: unknown): unknown;
}

/** Makes the codec. Its source text also runs in the page, so it uses nothing outside itself. */
export function makeWire(): Wire {
  const toText = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const toBytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const pack = (value: unknown): Packed => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (Object.is(value, -0)) return ['n', '-0'];
    if (typeof value === 'number') return Number.isFinite(value) ? value : ['n', String(value)];
    if (value === undefined) return ['u'];
    if (typeof value === 'bigint') return ['i', String(value)];
    if (typeof value !== 'object') throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) return ['a', value.map(pack)];
    if (value instanceof Date) return ['d', value.getTime()];
    if (value instanceof Error) return ['e', value.name, value.message];
    if (value instanceof Map) return ['m', [...value].map(([key, item]) => [pack(key), pack(item)])];
    if (value instanceof Set) return ['s', [...value].map(pack)];
    if (value instanceof ArrayBuffer) return ['b', toText(new Uint8Array(value))];
    if (ArrayBuffer.isView(value))
      return ['y', toText(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
    return ['o', Object.entries(value).map(([key, item]) => [key, pack(item)])];
  };

  const unpack = (packed: unknown): unknown => {
    if (!Array.isArray(packed)) return packed;
    const [tag, body, more] = packed as [string, unknown, unknown];
    if (tag === 'u') return undefined;
    if (tag === 'n') return Number(body);
    if (tag === 'i') return BigInt(String(body));
    if (tag === 'd') return new Date(Number(body));
    if (tag === 'e') return Object.assign(new Error(String(more)), { name: String(body) });
    if (tag === 'b') return toBytes(String(body)).buffer;
    if (tag === 'y') return toBytes(String(body));
    const items = body as unknown[];
    if (tag === 'a') return items.map(unpack);
    if (tag === 's') return new Set(items.map(unpack));
    const pairs = items as [unknown, unknown][];
    if (tag === 'm') return new Map(pairs.map(([key, item]) => [unpack(key), unpack(item)]));
    return Object.fromEntries(pairs.map(([key, item]) => [String(key), unpack(item)]));
  };

  return { pack, unpack };
}
