/** Who answers at the server's address, before anything is said to it. */
import { createHash, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { pinOf } from '../../src-shared/enrolment/code.ts';
import { LineError } from './transport.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Server, CA, and room for whatever else somebody sends. */
const LONGEST_CHAIN = 5;

/**
 * Asks for the certificates behind an address, sends nothing, and takes the CA that a code names by its fingerprint. Whether the server's
 * certificate is truly of that CA, every connection checks that is made with it.
 * @param pin the beginning of its fingerprint
 * @returns PEM of the CA
 * @throws LineError; `certificate` when another CA is behind the address: a proxy in between, or another hotel's server
 */
export function findServer(url: string, pin: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      minVersion: 'TLSv1.3',
      // Looked at below, by the pin.
      rejectUnauthorized: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    const fail = (problem: 'unreachable' | 'certificate', detail: string) => {
      socket.destroy();
      reject(new LineError(problem, detail));
    };
    socket.once('timeout', () => fail('unreachable', 'timeout'));
    socket.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : 'unknown';
      fail(/SSL|EPROTO/.test(code) ? 'certificate' : 'unreachable', code);
    });
    socket.once('secureConnect', () => {
      let certificate = socket.getPeerCertificate(true);
      for (let depth = 0; depth < LONGEST_CHAIN && certificate?.raw !== undefined; depth++) {
        if (pinOf(createHash('sha256').update(certificate.raw).digest()) === pin) {
          socket.destroy();
          resolve(new X509Certificate(certificate.raw).toString());
          return;
        }
        certificate = certificate.issuerCertificate;
      }
      fail('certificate', 'another CA than that of the code');
    });
  });
}

/** Whether a CA that is known already is the one that a code names. */
export function isPinned(caPem: string, pin: string): boolean {
  return pinOf(createHash('sha256').update(new X509Certificate(caPem).raw).digest()) === pin;
}
