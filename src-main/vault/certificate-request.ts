/**
 * The key behind this terminal's certificate, and requests for one (PKCS #10, RFC 2986). P-256, which the TLS of Node and of Electron
 * (BoringSSL) both take for client certificates without settings; BoringSSL verifies no Ed25519 in TLS unless it is told to.
 */
import '../../src-shared/certificates/reflect-metadata.ts';

import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Makes a key. @returns its PKCS #8 bytes, for the keychain; the caller zeroes them */
export function generateCertificateKey(): Buffer {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' });
}

/**
 * Asks for a certificate for this key; whose it will be, the server says.
 * @param pkcs8 as made by {@link generateCertificateKey}; still the caller's to zero
 * @returns DER, base64
 * @throws when it is not such a key
 */
export async function requestCertificate(pkcs8: Buffer): Promise<string> {
  // Loaded when needed, once in days: it is large.
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({
    type: 'spki',
    format: 'der',
  });
  const keys = {
    privateKey: await crypto.subtle.importKey('pkcs8', Uint8Array.from(pkcs8), CURVE, false, ['sign']),
    publicKey: await crypto.subtle.importKey('spki', Uint8Array.from(spki), CURVE, true, ['verify']),
  };
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=Keyrack terminal',
    keys,
    signingAlgorithm: SIGNATURE,
  });
  return Buffer.from(request.rawData).toString('base64');
}
