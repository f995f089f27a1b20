import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from 'node:crypto';
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { describe, expect, it } from 'vitest';
import { hpkeOpen, hpkeSeal } from '../../../src-main/vault/hpke.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

/** RFC 9180 A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode. */
const A_1_1 = {
  info: '4f6465206f6e2061204772656369616e2055726e',
  ikmE: '7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234',
  skEm: '52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736',
  pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
  skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
  enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
  sharedSecret: 'fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc',
  key: '4531685d41d65f03dc48f6b8302c05b0',
  baseNonce: '56d890e5accaaf011cff4b7d',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
  encryptions: [
    ['436f756e742d30', 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'],
    ['436f756e742d31', 'af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84'],
  ],
  exports: [
    ['', '3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee'],
    ['00', '2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5'],
    ['54657374436f6e74657874', 'e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931'],
  ],
} as const;

const AES_128 = { id: 1, bytes: 16, name: 'aes-128-gcm' } as const;
const AES_256 = { id: 2, bytes: 32, name: 'aes-256-gcm' } as const;
type Aead = typeof AES_128 | typeof AES_256;

/** RFC 9180 §4 and §5.1 once more, from the runtime's primitives: held to the vectors, it then holds our suite, which has none. */
function schedule(dh: Buffer, enc: Buffer, pkR: Buffer, info: Buffer, aead: Aead) {
  const kem = Buffer.concat([Buffer.from('KEM'), hex('0020')]);
  const hpke = Buffer.concat([Buffer.from('HPKE'), hex(`00200001000${aead.id}`)]);
  const extract = (suite: Buffer, salt: Buffer, label: string, ikm: Buffer) =>
    createHmac('sha256', salt.length === 0 ? Buffer.alloc(32) : salt)
      .update(Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(label), ikm]))
      .digest();
  const expand = (suite: Buffer, prk: Buffer, label: string, context: Buffer, length: number) => {
    const labelled = Buffer.concat([
      Buffer.from([0, length]),
      Buffer.from('HPKE-v1'),
      suite,
      Buffer.from(label),
      context,
    ]);
    // One block of HKDF-Expand (RFC 5869 §2.3) is all that is needed.
    return createHmac('sha256', prk)
      .update(labelled)
      .update(Buffer.from([1]))
      .digest()
      .subarray(0, length);
  };
  const none = Buffer.alloc(0);
  const eaePrk = extract(kem, none, 'eae_prk', dh);
  const sharedSecret = expand(kem, eaePrk, 'shared_secret', Buffer.concat([enc, pkR]), 32);
  const context = Buffer.concat([
    Buffer.from([0]),
    extract(hpke, none, 'psk_id_hash', none),
    extract(hpke, none, 'info_hash', info),
  ]);
  const secret = extract(hpke, sharedSecret, 'secret', none);
  return {
    sharedSecret,
    key: expand(hpke, secret, 'key', context, aead.bytes),
    baseNonce: expand(hpke, secret, 'base_nonce', context, 12),
  };
}

const privateKeyOf = (raw: Buffer) =>
  createPrivateKey({
    key: Buffer.concat([hex('302e020100300506032b656e04220420'), raw]),
    format: 'der',
    type: 'pkcs8',
  });
const publicKeyOf = (raw: Buffer) =>
  createPublicKey({ key: Buffer.concat([hex('302a300506032b656e032100'), raw]), format: 'der', type: 'spki' });
const dhOf = (mine: Buffer, theirs: Buffer) =>
  diffieHellman({ privateKey: privateKeyOf(mine), publicKey: publicKeyOf(theirs) });

function newKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32),
  };
}

const context = { info: 'what it is for', aad: 'where it belongs' };

describe('HPKE in base mode (RFC 9180)', () => {
  it('is the library of the vectors of A.1.1: encapsulation, messages and exports', async () => {
    const suite = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes128Gcm(),
    });
    const sender = await suite.createSenderContext({
      recipientPublicKey: await suite.kem.deserializePublicKey(hex(A_1_1.pkRm)),
      info: hex(A_1_1.info),
      ekm: await suite.kem.deriveKeyPair(hex(A_1_1.ikmE)),
    });
    expect(Buffer.from(sender.enc).toString('hex')).toBe(A_1_1.enc);
    const recipient = await suite.createRecipientContext({
      recipientKey: await suite.kem.deserializePrivateKey(hex(A_1_1.skRm)),
      enc: hex(A_1_1.enc),
      info: hex(A_1_1.info),
    });
    for (const [aad, ct] of A_1_1.encryptions) {
      expect(Buffer.from(await sender.seal(hex(A_1_1.pt), hex(aad))).toString('hex')).toBe(ct);
      expect(Buffer.from(await recipient.open(hex(ct), hex(aad))).toString('hex')).toBe(A_1_1.pt);
    }
    for (const [exporterContext, value] of A_1_1.exports) {
      expect(Buffer.from(await recipient.export(hex(exporterContext), 32)).toString('hex')).toBe(value);
    }
  });

  it('is the key schedule of the vectors with AES-256-GCM in its place: what it seals opens by the text of the RFC', async () => {
    const [enc, pkR] = [hex(A_1_1.enc), hex(A_1_1.pkRm)];
    const published = schedule(dhOf(hex(A_1_1.skEm), pkR), enc, pkR, hex(A_1_1.info), AES_128);
    expect(Object.values(published).map((value) => value.toString('hex'))).toEqual([
      A_1_1.sharedSecret,
      A_1_1.key,
      A_1_1.baseNonce,
    ]);

    const { publicKey, privateKey } = newKeys();
    const box = await hpkeSeal(publicKey, context, Buffer.from('a key of thirty-two bytes, sealed'));
    const boxEnc = Buffer.from(box.enc, 'base64');
    const ours = schedule(dhOf(privateKey, boxEnc), boxEnc, publicKey, Buffer.from(context.info), AES_256);
    const sealed = Buffer.from(box.sealed, 'base64');
    const decipher = createDecipheriv(AES_256.name, ours.key, ours.baseNonce);
    decipher.setAAD(Buffer.from(context.aad)).setAuthTag(sealed.subarray(-16));
    expect(decipher.update(sealed.subarray(0, -16)).toString() + decipher.final('utf8')).toBe(
      'a key of thirty-two bytes, sealed',
    );
  });

  it('opens what was sealed by the text of the RFC', async () => {
    const [ephemeral, recipient] = [newKeys(), newKeys()];
    const dh = dhOf(ephemeral.privateKey, recipient.publicKey);
    const { key, baseNonce } = schedule(
      dh,
      ephemeral.publicKey,
      recipient.publicKey,
      Buffer.from(context.info),
      AES_256,
    );
    const cipher = createCipheriv(AES_256.name, key, baseNonce);
    cipher.setAAD(Buffer.from(context.aad));
    const sealed = Buffer.concat([cipher.update('by the book'), cipher.final(), cipher.getAuthTag()]);
    const box = { enc: ephemeral.publicKey.toString('base64'), sealed: sealed.toString('base64') };
    expect((await hpkeOpen(recipient.privateKey, context, box))?.toString()).toBe('by the book');
  });

  it('opens with no other key, no other context and no altered box, and is never the same twice', async () => {
    const { publicKey, privateKey } = newKeys();
    const plain = Buffer.from('a class key');
    const box = await hpkeSeal(publicKey, context, plain);
    expect(await hpkeOpen(privateKey, context, box)).toEqual(plain);
    expect(await hpkeSeal(publicKey, context, plain)).not.toEqual(box);
    expect(await hpkeOpen(newKeys().privateKey, context, box)).toBeNull();
    for (const change of [{ info: 'else' }, { aad: 'elsewhere' }])
      expect(await hpkeOpen(privateKey, { ...context, ...change }, box)).toBeNull();
    const other = await hpkeSeal(publicKey, context, plain);
    for (const wrong of [
      { ...box, enc: other.enc },
      { ...box, sealed: other.sealed },
      { ...box, enc: Buffer.alloc(32).toString('base64') },
      { ...box, sealed: '' },
    ])
      expect(await hpkeOpen(privateKey, context, wrong)).toBeNull();
  });
});
