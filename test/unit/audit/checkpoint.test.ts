import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  checkpointText,
  keyNumberInput,
  originOf,
  readNote,
  signedNote,
} from '../../../src-shared/audit/checkpoint.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

describe('a checkpoint', () => {
  it('numbers a key and signs a text as the signed notes that Go publishes', () => {
    // golang.org/x/mod/sumdb/note: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
    const key = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1);
    expect(sha256(keyNumberInput('PeterNeumann', key)).subarray(0, 4).toString('hex')).toBe('c74f20a3');
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const signed = Buffer.from(
      'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
      'base64',
    );
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') },
      format: 'jwk',
    });
    expect(signed.subarray(0, 4).toString('hex')).toBe('c74f20a3');
    expect(verify(null, Buffer.from(text), publicKey, signed.subarray(4))).toBe(true);
  });

  const checkpoint: Checkpoint = {
    origin: originOf('harbour-view', 0),
    size: 20_852_163,
    root: sha256(Buffer.of()).toString('hex'),
  };

  it('is written as tlog-checkpoint says, and read back', () => {
    expect(checkpointText(checkpoint)).toBe(
      'keyrack/harbour-view/0\n20852163\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    );
    const { privateKey } = generateKeyPairSync('ed25519');
    const signature = Buffer.concat([
      Buffer.alloc(4, 1),
      sign(null, Buffer.from(checkpointText(checkpoint)), privateKey),
    ]);
    const note = signedNote(checkpoint, signature.toString('base64'));
    expect(readNote(note)).toEqual({
      checkpoint,
      text: checkpointText(checkpoint),
      signature: signature.toString('base64'),
    });
  });

  it('is not read out of anything that is written in another way', () => {
    const note = signedNote(checkpoint, `${'A'.repeat(91)}=`);
    expect(readNote(note)).not.toBeNull();
    for (const other of [
      '',
      note.slice(0, -1),
      `${note}\n`,
      note.replace('20852163', '020852163'),
      note.replace('20852163', '-1'),
      note.replace('— keyrack/harbour-view/0', '— keyrack/other/0'),
      note.replace('=\n\n', '=\nextension\n\n'),
    ]) {
      expect(readNote(other)).toBeNull();
    }
  });
});
