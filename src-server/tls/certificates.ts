/** The hotel's own certificate authority and the server's certificate, made at first start and kept in the data directory. */
import './reflect-metadata.ts';

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface ServerTls {
  /** PEM, for the TLS listener. */
  readonly key: string;
  readonly cert: string;
  /** PEM of the CA: what a terminal pins at enrolment. */
  readonly caPem: string;
  readonly caFile: string;
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
const SERVER_NAMES: readonly { type: 'dns' | 'ip'; value: string }[] = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
];

/**
 * Loads the certificates of `dataDir`, making or renewing what is missing. Private keys are readable by the owner only.
 * @throws BadCertificate for a damaged CA, which is never made anew: every terminal has pinned it
 */
export async function openServerTls(dataDir: string, now: number): Promise<ServerTls> {
  const directory = join(dataDir, 'tls');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, 'ca.pem');
  const ca = (await load(directory, 'ca')) ?? (await save(directory, 'ca', await makeCa(now)));
  if (!belongTogether(ca)) throw new BadCertificate(caFile);
  const loaded = await load(directory, 'server');
  const server =
    loaded !== null && isGood(loaded, ca, now) ? loaded : await save(directory, 'server', await makeServer(ca, now));
  return { key: server.keyPem, cert: server.certPem, caPem: ca.certPem, caFile };
}

interface Identity {
  readonly keyPem: string;
  readonly certPem: string;
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

async function makeServer(ca: Identity, now: number): Promise<Identity> {
  const issuer = new x509.X509Certificate(ca.certPem);
  const signingKey = await crypto.subtle.importKey('pkcs8', fromPem(ca.keyPem), CURVE, false, ['sign']);
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
      new x509.SubjectAlternativeNameExtension([...SERVER_NAMES]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { keyPem: await exportKey(keys.privateKey), certPem: certificate.toString('pem') };
}

/** A damaged server certificate, one of another CA or near its end is made anew; terminals pin the CA and do not notice. */
function isGood(server: Identity, ca: Identity, now: number): boolean {
  if (!belongTogether(server)) return false;
  const certificate = new X509Certificate(server.certPem);
  const isOfThisCa = certificate.verify(new X509Certificate(ca.certPem).publicKey);
  return isOfThisCa && certificate.validToDate.getTime() - now > RENEW_DAYS * DAY_MS;
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
