/**
 * Hybrid public key encryption (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message to one
 * public key. The library does it with WebCrypto, so with the primitives that Electron's BoringSSL has.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

export interface HpkeBox {
  /** The encapsulated key, base64. */
  readonly enc: string;
  /** Ciphertext and tag, base64. */
  readonly sealed: string;
}

/** What both sides must agree on: `info` enters the key schedule, `aad` is authenticated with the message. */
export interface HpkeContext {
  readonly info: string;
  readonly aad: string;
}

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** Seals `plain` to the holder of a raw X25519 public key. @throws when it is not such a key */
export async function hpkeSeal(publicKey: Uint8Array, { info, aad }: HpkeContext, plain: Uint8Array): Promise<HpkeBox> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey);
  const sender = await suite.createSenderContext({ recipientPublicKey, info: utf8(info) });
  const sealed = await sender.seal(plain, utf8(aad));
  return { enc: base64(sender.enc), sealed: base64(sealed) };
}

/**
 * Opens a box with a raw X25519 private key (32 bytes, still the caller's to zero).
 * @returns the plain bytes, which the caller zeroes; null when key, context or box are not the ones that belong together
 */
export async function hpkeOpen(
  privateKey: Uint8Array,
  { info, aad }: HpkeContext,
  box: HpkeBox,
): Promise<Buffer | null> {
  const recipientKey = await importKeyPair(privateKey);
  try {
    const enc = Buffer.from(box.enc, 'base64');
    const recipient = await suite.createRecipientContext({ recipientKey, enc, info: utf8(info) });
    return Buffer.from(await recipient.open(Buffer.from(box.sealed, 'base64'), utf8(aad)));
  } catch {
    return null;
  }
}

/**
 * The library's own way to a key pair exports the private key as text, which nobody can wipe, and leaves copies of it. This key is not
 * extractable, and the bytes it was made of are zeroed.
 */
async function importKeyPair(raw: Uint8Array) {
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, raw]);
  try {
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits']);
    const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
    const publicKey = spki.export({ type: 'spki', format: 'der' }).subarray(-raw.length);
    return { privateKey, publicKey: await suite.kem.deserializePublicKey(publicKey) };
  } finally {
    pkcs8.fill(0);
  }
}

/** PrivateKeyInfo of X25519 up to the key itself (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

const utf8 = (text: string) => new TextEncoder().encode(text);
const base64 = (bytes: ArrayBufferLike) => Buffer.from(bytes).toString('base64');
