/** The key that signs checkpoints of the access log: Ed25519 (RFC 8032), one per server, made at first start. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, checkpointText, keyNumberInput, signedNote } from '../../src-shared/audit/checkpoint.ts';

export interface LogKey {
  /** Raw, base64. */
  readonly publicKey: string;
  /** @returns a signed note (C2SP tlog-checkpoint) */
  sign(checkpoint: Checkpoint): string;
}

/** Opens the key in `dataDir`, making it where there is none. Readable by the owner only. @throws what the file system or a damaged file says */
export function openLogKey(dataDir: string): LogKey {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'access-log.key');
  const key = createPrivateKey(read(file) ?? make(file));
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new Error(`${file} is not an Ed25519 key: restore it from a backup`);
  const publicKey = Buffer.from(x, 'base64url');
  return {
    publicKey: publicKey.toString('base64'),
    sign: (checkpoint) => {
      const number = hash('sha256', keyNumberInput(checkpoint.origin, publicKey), 'buffer').subarray(0, 4);
      const signature = sign(null, Buffer.from(checkpointText(checkpoint)), key);
      return signedNote(checkpoint, Buffer.concat([number, signature]).toString('base64'));
    },
  };
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Put in place by its name at last: a start that was cut leaves no half a key. */
function make(file: string): string {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeFileSync(`${file}.new`, pem, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return pem;
}
