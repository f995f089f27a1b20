/**
 * Certificates of terminals: short-lived, signed by the hotel's CA for a key that never leaves the terminal (PKCS #10, RFC 2986), and
 * read again when a terminal shows one. Times are the server's, which is the authority.
 */
import '../../src-shared/certificates/reflect-metadata.ts';

import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import { CERTIFICATE_LIFE_MS } from '../../src-shared/sync/protocol.ts';
import type { ServerTls } from './certificates.ts';

export interface TerminalCertificates {
  /** The key that a request is for, as its hash; null when the request is not one, or not signed by that key. */
  keyOf(request: string): Promise<string | null>;
  /** Signs a certificate for the key of a request. @param request as {@link keyOf} took it. @returns DER, base64 */
  issue(request: string, propertyId: PropertyId, deviceId: DeviceId): Promise<string>;
  /** Whose certificate this is; null when it is not of this CA, not for a terminal, or not valid now. */
  read(certificate: X509Certificate): ShownCertificate | null;
}

export interface ShownCertificate {
  readonly propertyId: string;
  readonly deviceId: string;
  /** SHA-256 of the key (SubjectPublicKeyInfo), hex. */
  readonly keySha256: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Clocks of terminals may be behind. */
const BACKDATE_MS = 86_400_000;
/** RFC 5280 §4.2.1.12, id-kp-clientAuth. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

export function createTerminalCertificates(
  { caPem, caKey }: Pick<ServerTls, 'caPem' | 'caKey'>,
  now: () => number,
): TerminalCertificates {
  const issuer = new x509.X509Certificate(caPem);
  const caPublicKey = new X509Certificate(caPem).publicKey;
  return {
    async keyOf(request) {
      const parsed = parse(request);
      // P-256 only: what Node's TLS and that of Electron both take without settings.
      if (parsed === null || !isP256(parsed.publicKey.rawData)) return null;
      try {
        if (!(await parsed.verify())) return null;
      } catch {
        return null;
      }
      return sha256(Buffer.from(parsed.publicKey.rawData));
    },

    async issue(request, propertyId, deviceId) {
      const parsed = parse(request);
      if (parsed === null) throw new Error('a request that was not looked at');
      const at = now();
      // Of the request only the key counts: whose it is, the server says.
      const certificate = await x509.X509CertificateGenerator.create({
        subject: [{ O: [propertyId] }, { CN: [deviceId] }],
        issuer: issuer.subject,
        publicKey: parsed.publicKey,
        signingKey: caKey,
        signingAlgorithm: SIGNATURE,
        notBefore: new Date(at - BACKDATE_MS),
        notAfter: new Date(at + CERTIFICATE_LIFE_MS),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
          await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
        ],
      });
      return Buffer.from(certificate.rawData).toString('base64');
    },

    read(certificate) {
      const at = now();
      const [from, until] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
      if (at < from || at >= until || certificate.ca || !certificate.verify(caPublicKey)) return null;
      if (!certificate.keyUsage?.includes(CLIENT_AUTH)) return null;
      const { O: propertyId, CN: deviceId } = certificate.toLegacyObject().subject;
      if (typeof propertyId !== 'string' || typeof deviceId !== 'string') return null;
      const keySha256 = sha256(certificate.publicKey.export({ type: 'spki', format: 'der' }));
      return { propertyId, deviceId, keySha256, until };
    },
  };
}

function parse(request: string): x509.Pkcs10CertificateRequest | null {
  try {
    return new x509.Pkcs10CertificateRequest(Buffer.from(request, 'base64'));
  } catch {
    return null;
  }
}

function isP256(spki: ArrayBuffer): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
