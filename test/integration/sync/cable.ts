/** The cable between terminals and a server: bytes go through as they are until it is cut. */
import { connect, createServer, type Socket } from 'node:net';
import { afterwards } from '../terminal/afterwards.ts';

export interface Cable {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** How often somebody has connected, also while it was cut. */
  connected: number;
  /** Breaks every connection, and each that is tried from now on. @param to another server, from when it is mended */
  cut(to?: string): void;
  mend(): void;
}

/** Lays one to a server; it goes after the tests of the file. */
export async function layCable(to: string): Promise<Cable> {
  let target = new URL(to);
  let whole = true;
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    cable.connected += 1;
    ends.add(near);
    near.on('error', () => near.destroy());
    near.on('close', () => ends.delete(near));
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect({ host: target.hostname, port: Number(target.port) });
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a cable without a port');
  const cable: Cable = {
    url: `https://127.0.0.1:${address.port}`,
    connected: 0,
    cut: (next) => {
      if (next !== undefined) target = new URL(next);
      whole = false;
      for (const end of ends) end.destroy();
    },
    mend: () => {
      whole = true;
    },
  };
  afterwards(() => {
    cable.cut();
    server.close();
  });
  return cable;
}
