/** The hotel's own certificate authority and the server's certificate, made at first start and kept in the data directory. */
import '../../src-shared/certificates/reflect-metadata.ts';

import { createHash, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface ServerTls {
  /** PEM, for the TLS listener: the server's certificate and the CA's behind it, which a terminal compares with its code. */
  readonly key: string;
  readonly cert: string;
  /** PEM of the CA: what a terminal pins at enrolment. */
  readonly caPem: string;
  readonly caFile: string;
  /** Signs the certificates of terminals (terminal-certificates.ts). */
  readonly caKey: CryptoKey;
}

/** A file of the certificates does not hold what it should. */
export class BadCertificate extends Error {
  override readonly name = 'BadCertificate';
  constructor(file: string) {
    super(`${file} is damaged or belongs to another key: restore the folder around it from a backup`);
  }
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_LIFE_DAYS = 3_650;
const SERVER_LIFE_DAYS = 397;
/** A certificate is renewed at the start that finds it this near to its end. */
const RENEW_DAYS = 30;
/** Clocks of terminals may be behind. */
const BACKDATE_DAYS = 1;
/** Under which the server is always known. */
const OWN_NAMES = ['localhost', '127.0.0.1'] as const;

/**
 * Loads the certificates of `dataDir`, making or renewing what is missing. Private keys are readable by the owner only; the CA's is
 * encrypted (PKCS #8 with PBES2, RFC 8018) under a passphrase in a file of its own.
 * @param options.names under which terminals reach the server, names and addresses; a certificate that lacks one is made anew
 * @param options.secretFile where that passphrase is kept; left out: `ca.secret` in the data directory
 * @throws BadCertificate for a damaged CA, or one whose passphrase is gone: it is never made anew, since every terminal has pinned it
 */
export async function openServerTls(
  dataDir: string,
  now: number,
  options: { readonly secretFile?: string | undefined; readonly names?: readonly string[] | undefined } = {},
): Promise<ServerTls> {
  const { secretFile = join(dataDir, 'ca.secret') } = options;
  const names = [...new Set([...OWN_NAMES, ...(options.names ?? [])])];
  const directory = join(dataDir, 'tls');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, 'ca.pem');
  const ca = await openCa(directory, secretFile, now);
  if (ca === null) throw new BadCertificate(caFile);
  const loaded = await load(directory, 'server');
  const server =
    loaded !== null && isGood(loaded, ca, names, now)
      ? loaded
      : await save(directory, 'server', await makeServer(ca, names, now));
  const caKey = await signingKeyOf(ca);
  return { key: server.keyPem, cert: `${server.certPem.trimEnd()}\n${ca.certPem}`, caPem: ca.certPem, caFile, caKey };
}

/** SHA-256 of a CA certificate: what codes carry the beginning of (src-shared/enrolment/code.ts). */
export function fingerprintOf(caPem: string): Buffer {
  return createHash('sha256').update(new X509Certificate(caPem).raw).digest();
}

interface Identity {
  readonly keyPem: string;
  readonly certPem: string;
}

/** The CA with its key in clear; null when it is damaged or its passphrase is not there. */
async function openCa(directory: string, secretFile: string, now: number): Promise<Identity | null> {
  const kept = await load(directory, 'ca');
  const secret = await readSecret(secretFile, kept === null || !isEncrypted(kept) ? 'may-make' : 'must-be-there');
  if (secret === null) return null;
  if (kept === null) {
    const made = await makeCa(now);
    await save(directory, 'ca', { ...made, keyPem: encrypted(made.keyPem, secret) });
    return made;
  }
  const ca = { ...kept, keyPem: decrypted(kept.keyPem, secret) };
  if (!belongTogether(ca)) return null;
  // Of an earlier version of this program.
  if (!isEncrypted(kept)) await save(directory, 'ca', { ...ca, keyPem: encrypted(ca.keyPem, secret) });
  return ca;
}

const isEncrypted = ({ keyPem }: Identity) => keyPem.includes('BEGIN ENCRYPTED PRIVATE KEY');

function encrypted(keyPem: string, passphrase: string): string {
  const key = createPrivateKey(keyPem);
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
}

/** In clear; empty when it does not open. */
function decrypted(keyPem: string, passphrase: string): string {
  try {
    return createPrivateKey({ key: keyPem, passphrase }).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    return '';
  }
}

const SECRET_BYTES = 32;

async function readSecret(file: string, want: 'may-make' | 'must-be-there'): Promise<string | null> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    return secret === '' ? null : secret;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    if (want === 'must-be-there') return null;
  }
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return secret;
}

function signingKeyOf(ca: Identity): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', fromPem(ca.keyPem), CURVE, false, ['sign']);
}

async function makeCa(now: number): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Keyrack property CA',
    keys,
    signingAlgorithm: SIGNATURE,
    ...validity(now, CA_LIFE_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { keyPem: await exportKey(keys.privateKey), certPem: certificate.toString('pem') };
}

async function makeServer(ca: Identity, names: readonly string[], now: number): Promise<Identity> {
  const issuer = new x509.X509Certificate(ca.certPem);
  const signingKey = await signingKeyOf(ca);
  const keys = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Keyrack server',
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNATURE,
    ...validity(now, SERVER_LIFE_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { keyPem: await exportKey(keys.privateKey), certPem: certificate.toString('pem') };
}

/** A damaged server certificate, one of another CA, without a name or near its end is made anew; terminals pin the CA and do not notice. */
function isGood(server: Identity, ca: Identity, names: readonly string[], now: number): boolean {
  if (!belongTogether(server)) return false;
  const certificate = new X509Certificate(server.certPem);
  const isOfThisCa = certificate.verify(new X509Certificate(ca.certPem).publicKey);
  const hasNames = names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)));
  return isOfThisCa && hasNames && certificate.validToDate.getTime() - now > RENEW_DAYS * DAY_MS;
}

/** Whether both can be read and the certificate is that of the key. */
function belongTogether({ keyPem, certPem }: Identity): boolean {
  try {
    return new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - BACKDATE_DAYS * DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

async function load(directory: string, name: string): Promise<Identity | null> {
  try {
    const [keyPem, certPem] = await Promise.all([
      readFile(join(directory, `${name}.key`), 'utf8'),
      readFile(join(directory, `${name}.pem`), 'utf8'),
    ]);
    return { keyPem, certPem };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** The certificate is put in place last: a start that was cut leaves no certificate without its key. */
async function save(directory: string, name: string, identity: Identity): Promise<Identity> {
  for (const [suffix, text] of [
    ['key', identity.keyPem],
    ['pem', identity.certPem],
  ] as const) {
    const file = join(directory, `${name}.${suffix}`);
    await writeFile(`${file}.new`, text, { mode: suffix === 'key' ? 0o600 : 0o644 });
    await rename(`${file}.new`, file);
  }
  return identity;
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function fromPem(pem: string): ArrayBuffer {
  const [der] = x509.PemConverter.decode(pem);
  if (der === undefined) throw new Error('the CA key file holds no PEM block: restore it from a backup');
  return der;
}
