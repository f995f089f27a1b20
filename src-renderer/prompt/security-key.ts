/**
 * The ceremony with a security key (WebAuthn Level 3, extension prf §10.1.4). The key is asked for 32 bytes and nothing else of it
 * counts: no signature is checked, so the challenge is any; no name is kept on the key. Its party is the host of this page.
 */
import type { KeyAnswer, KeyToAsk } from '../../src-shared/ipc/security-key.ts';
import type { StaffItem } from '../../src-shared/ipc/views.ts';

/** How long a key may be looked for. */
const WAIT_MS = 60_000;

/** Why there is no answer. `refused` is all that WebAuthn says of a key that is none of hers, and of a dialog that was closed. */
export type KeyProblem = 'refused' | 'no-answer' | 'no-prf' | 'known' | 'unsupported';
export type KeyResult =
  | { readonly kind: 'answer'; readonly answer: KeyAnswer }
  | { readonly kind: 'problem'; readonly problem: KeyProblem }
  /** The page went on in the meantime. */
  | { readonly kind: 'gone' };

/** Asks one of these keys. @param gone ends the wait */
export async function askKey(keys: readonly KeyToAsk[], gone: AbortSignal): Promise<KeyResult> {
  return tried(gone, async () => {
    const asserted = await navigator.credentials.get({
      signal: gone,
      publicKey: {
        ...common(),
        userVerification: VERIFICATION,
        allowCredentials: keys.map(({ credentialId }) => descriptorOf(credentialId)),
        extensions: {
          prf: {
            evalByCredential: Object.fromEntries(
              keys.map(({ credentialId, prfSalt }) => [urlForm(credentialId), { first: bytesOf(prfSalt) }]),
            ),
          },
        },
      },
    });
    return answerOf(asserted);
  });
}

export interface NewKey {
  readonly person: StaffItem;
  readonly prfSalt: string;
  /** Credentials of the keys that she has: the same key is not taken twice. */
  readonly known: readonly string[];
}

/**
 * Makes a credential on a key and asks it.
 * @param onOnceMore the key answers only when it is touched a second time: most do
 */
export async function makeKey(
  { person, prfSalt, known }: NewKey,
  onOnceMore: () => void,
  gone: AbortSignal,
): Promise<KeyResult> {
  return tried(gone, async () => {
    const salt = bytesOf(prfSalt);
    const made = await navigator.credentials.create({
      signal: gone,
      publicKey: {
        ...common(),
        rp: { name: 'Keyrack' },
        user: {
          id: new TextEncoder().encode(person.id),
          name: person.staffNumber,
          displayName: person.name,
        },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: known.map(descriptorOf),
        authenticatorSelection: {
          authenticatorAttachment: 'cross-platform',
          residentKey: 'discouraged',
          userVerification: VERIFICATION,
        },
        attestation: 'none',
        extensions: { prf: { eval: { first: salt } } },
      },
    });
    if (!(made instanceof PublicKeyCredential)) return { kind: 'problem', problem: 'unsupported' };
    const { prf } = made.getClientExtensionResults();
    if (prf?.results?.first !== undefined) return answerOf(made);
    if (prf?.enabled !== true) return { kind: 'problem', problem: 'no-prf' };
    onOnceMore();
    return askKey([{ credentialId: textOf(new Uint8Array(made.rawId)), prfSalt }], gone);
  });
}

/** ES256, EdDSA, RS256 (RFC 9053 §2, RFC 8812 §2): a key must have one; nothing is ever signed with it. */
const ALGORITHMS = [-7, -8, -257] as const;

/** She has given her password. A key that can verify its owner does so all the same: prf overrules this. */
const VERIFICATION = 'discouraged';

function common() {
  return {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    timeout: WAIT_MS,
    hints: ['security-key'],
  } as const;
}

function descriptorOf(credentialId: string): PublicKeyCredentialDescriptor {
  return { type: 'public-key', id: bytesOf(credentialId), transports: ['usb', 'nfc', 'ble'] };
}

function answerOf(credential: Credential | null): KeyResult {
  if (!(credential instanceof PublicKeyCredential)) return { kind: 'problem', problem: 'unsupported' };
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (!(first instanceof ArrayBuffer)) return { kind: 'problem', problem: 'no-prf' };
  const credentialId = textOf(new Uint8Array(credential.rawId));
  return { kind: 'answer', answer: { credentialId, output: new Uint8Array(first) } };
}

async function tried(gone: AbortSignal, ceremony: () => Promise<KeyResult>): Promise<KeyResult> {
  const began = performance.now();
  try {
    return await ceremony();
  } catch (error) {
    if (gone.aborted) return { kind: 'gone' };
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'InvalidStateError') return { kind: 'problem', problem: 'known' };
    if (name !== 'NotAllowedError') return { kind: 'problem', problem: 'unsupported' };
    return { kind: 'problem', problem: performance.now() - began >= WAIT_MS ? 'no-answer' : 'refused' };
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Base64url without padding (RFC 4648 §5), as WebAuthn names credentials. */
function urlForm(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
