/** Where this terminal keeps its few secrets: the OS keychain, behind an interface that a successor of keytar can take over. */

/** Names of what is kept. Nothing else goes into the keychain. */
export type SecretName =
  | 'seed-key'
  | 'device-secret'
  | 'device-signing-key'
  | 'device-identity'
  /** Of the key below: what this terminal shows to the server. */
  | 'device-certificate'
  | 'certificate-key'
  | 'log-head'
  /** How far the slot file had come: an older one is noticed. */
  | 'slot-anchor'
  /** An employee's guesses, in a small item each: Windows takes 2,560 bytes at most. */
  | `guesses-${string}`;

export interface KeyStore {
  /** @returns the secret, or null when there is none under this name. @throws KeyStoreError */
  read(name: SecretName): Promise<Buffer | null>;
  /** @throws KeyStoreError */
  write(name: SecretName, secret: Buffer): Promise<void>;
  /** @throws KeyStoreError */
  remove(name: SecretName): Promise<void>;
  /** Removes everything that this installation keeps. @throws KeyStoreError */
  removeAll(): Promise<void>;
}

/** `missing`: no keychain service. `locked`: it is there and will not open. `unreadable`: what it holds is not what was written. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
  readonly problem: 'missing' | 'locked' | 'unreadable';
  constructor(problem: KeyStoreError['problem'], cause?: unknown) {
    super(`keychain: ${problem}`, cause === undefined ? {} : { cause });
    this.problem = problem;
  }
}
