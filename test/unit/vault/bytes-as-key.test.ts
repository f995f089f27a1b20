import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytesAsKey } from '../../../src-main/vault/bytes-as-key.ts';

const KEY = Buffer.alloc(32, 7);

describe('a call with a key as bytes', () => {
  it('gives what the call gives, and spends no stack trace on it', () => {
    const seen: number[] = [];
    const derived = bytesAsKey(() => {
      seen.push(Error.stackTraceLimit);
      return Buffer.from(hkdfSync('sha256', KEY, '', 'info', 32));
    });
    expect(derived).toEqual(Buffer.from(hkdfSync('sha256', KEY, '', 'info', 32)));
    expect(seen).toEqual([0]);
  });

  it('leaves traces as they were, whether it gives or throws', () => {
    const before = Error.stackTraceLimit;
    bytesAsKey(() => createHmac('sha256', KEY));
    expect(Error.stackTraceLimit).toBe(before);
    expect(() => bytesAsKey(() => createHmac('no such hash', KEY))).toThrow();
    expect(Error.stackTraceLimit).toBe(before);
  });
});
