import { fingerprintOf } from '../../../src-server/tls/certificates.ts';
import { formatEnrolmentCode, pinOf } from '../../../src-shared/enrolment/code.ts';

/** A code that is well formed, names the server with this CA, and is none that it issued. */
export function madeUpCode(caPem: string): string {
  for (let n = 0; ; n++) {
    const code = codeWith(caPem, n.toString().padStart(10, '0'));
    if (code !== null) return code;
  }
}

/** A code of this secret for the server with this CA; null for a secret whose check character would be a sign. */
export function codeWith(caPem: string, secret: string): string | null {
  return formatEnrolmentCode({ secret, pin: pinOf(fingerprintOf(caPem)) });
}
