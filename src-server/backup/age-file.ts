/** Files for people: compressed, then encrypted with age (age-encryption.org/v1) to their public keys. Nobody else opens them, the server least. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Decrypter, Encrypter } from 'age-encryption';

export interface SealedFile {
  readonly bytes: number;
  /** SHA-256 of the encrypted file, hex. */
  readonly sha256: string;
}

/**
 * Writes a file for these recipients; it is on the disk and has its name when this returns.
 * @param recipients as age writes them, `age1…`
 * @param produce writes the content; what it is given returns when more can be taken
 */
export async function writeAgeFile(
  file: string,
  recipients: readonly string[],
  produce: (write: (chunk: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<SealedFile> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const content = new PassThrough();
  const compressed = content.pipe(createGzip());
  const sealed = fromWeb(await encrypter.encrypt(toWeb(compressed)));
  const hash = createHash('sha256');
  let bytes = 0;
  sealed.on('data', (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  const written = pipeline(sealed, createWriteStream(`${file}.new`, { mode: 0o600, flush: true }));
  const write = async (chunk: string | Uint8Array) => {
    if (!content.write(chunk)) await Promise.race([new Promise((resolve) => content.once('drain', resolve)), written]);
  };
  try {
    await produce(write);
    content.end();
    await written;
  } catch (error) {
    content.destroy();
    await written.catch(() => undefined);
    throw error;
  }
  await rename(`${file}.new`, file);
  await flushFolder(file);
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Opens such a file and gives its lines, as fast as they are taken: readline would lose those that come before it is asked, and an error with them.
 * @param identity `AGE-SECRET-KEY-1…`
 * @throws when it is not for this identity, or not whole
 */
export async function* readAgeLines(file: string, identity: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of await openAgeFile(file, identity)) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

async function openAgeFile(file: string, identity: string): Promise<Readable> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const compressed = fromWeb(await decrypter.decrypt(toWeb(createReadStream(file))));
  const content = createGunzip();
  // What goes wrong underneath is the reader's error.
  compressed.on('error', (error) => content.destroy(error));
  return compressed.pipe(content);
}

/** A rename is on the disk when its folder is. */
async function flushFolder(file: string): Promise<void> {
  const folder = await open(dirname(file));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The library speaks the web's streams, the file system Node's. */
function toWeb(readable: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = readable[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => {
      readable.destroy(reason instanceof Error ? reason : undefined);
    },
  });
}

function fromWeb(stream: ReadableStream<Uint8Array>): Readable {
  return Readable.from(
    (async function* () {
      const reader = stream.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    })(),
    { objectMode: false },
  );
}
