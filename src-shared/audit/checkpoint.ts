/**
 * A checkpoint of a property's log, in the form of C2SP tlog-checkpoint and signed-note, so that tools of transparency logs read it: three lines
 * (origin, number of leaves, root in base64), an empty line, and a signature line. Here is the text; who signs and hashes brings the functions.
 */

export interface Checkpoint {
  /** Which log: the property, and how often its server was restored (see {@link originOf}). */
  readonly origin: string;
  readonly size: number;
  /** SHA-256, lower-case hex. */
  readonly root: string;
}

/** @param generation counts the restorations of the server from a backup: each begins a branch of its own, which is no forgery */
export function originOf(propertyId: string, generation: number): string {
  return `keyrack/${propertyId}/${generation}`;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** What a key's number in a signature line is made from: SHA-256 of it, the first four bytes; 1 stands for Ed25519. */
export function keyNumberInput(origin: string, publicKey: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(`${origin}\n\u0001`);
  const input = new Uint8Array(name.length + publicKey.length);
  input.set(name);
  input.set(publicKey, name.length);
  return input;
}

/** @param signature base64 of key number and Ed25519 signature. @returns the signed note */
export function signedNote(checkpoint: Checkpoint, signature: string): string {
  return `${checkpointText(checkpoint)}\n— ${checkpoint.origin} ${signature}\n`;
}

const NOTE =
  /^(?<text>(?<origin>[^\n]{1,120})\n(?<size>0|[1-9][0-9]{0,14})\n(?<root>[A-Za-z0-9+/]{43}=)\n)\n— (?<name>[^\n ]{1,120}) (?<signature>[A-Za-z0-9+/]{91}=)\n$/u;

/** What a signed note says, not yet whether it is to be believed. @returns null when it is not one of ours */
export function readNote(
  note: string,
): { readonly checkpoint: Checkpoint; readonly text: string; readonly signature: string } | null {
  const { text, origin, size, root, name, signature } = NOTE.exec(note)?.groups ?? {};
  if (text === undefined || origin === undefined || root === undefined || signature === undefined) return null;
  if (name !== origin) return null;
  return { checkpoint: { origin, size: Number(size), root: toHex(root) }, text, signature };
}

function toBase64(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))));
}

function toHex(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
