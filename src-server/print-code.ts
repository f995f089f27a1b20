/** One-time codes as people type them: the store's secret and the beginning of the CA's fingerprint. */
import { formatEnrolmentCode, pinOf } from '../src-shared/enrolment/code.ts';
import type { PropertyId } from '../src-shared/model/ids.ts';
import type { IssuedCode } from './store/devices.ts';
import type { Store } from './store/store.ts';
import { fingerprintOf } from './tls/certificates.ts';

export interface PrintedCode {
  /** `K7QF2-9XWBD-…`, six groups of five. */
  readonly code: string;
  readonly expiresAt: number;
}

/** Both are null when the property is not there, or is there already. */
export interface CodePrinter {
  enrolmentCode(propertyId: PropertyId): Promise<PrintedCode | null>;
  foundingCode(propertyId: PropertyId): Promise<PrintedCode | null>;
}

export function codePrinter(
  store: Pick<Store, 'issueEnrolmentCode' | 'issueFoundingCode'>,
  caPem: string,
): CodePrinter {
  const pin = pinOf(fingerprintOf(caPem));
  const print = async (issue: () => Promise<IssuedCode | null>): Promise<PrintedCode | null> => {
    for (;;) {
      const issued = await issue();
      if (issued === null) return null;
      const code = formatEnrolmentCode({ secret: issued.code, pin });
      // Seven of eight can be written down; the others run out by themselves.
      if (code !== null) return { code, expiresAt: issued.expiresAt };
    }
  };
  return {
    enrolmentCode: (propertyId) => print(() => store.issueEnrolmentCode(propertyId)),
    foundingCode: (propertyId) => print(() => store.issueFoundingCode(propertyId)),
  };
}
