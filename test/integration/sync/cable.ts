/** The cable between terminals and a server: bytes go through as they are until it is cut. */
import { connect, createServer, type Socket } from 'node:net';

export interface Cable {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** How often somebody has connected, also while it was cut. */
  connected: number;
  /** Bytes that went through it so far, both ways. */
  readonly carried: number;
  /**
   * Breaks every connection, and each that is tried from now on.
   * @param to another server, from when it is mended
   * @returns when those that were are closed at this end
   */
  cut(to?: string): Promise<void>;
  mend(): void;
  /** Cuts it for good. */
  close(): Promise<void>;
}

/** Lays one to a server. */
export async function openCable(to: string): Promise<Cable> {
  let target = new URL(to);
  let whole = true;
  const ends = new Set<Socket>();
  let carried = 0;
  const server = createServer({ noDelay: true }, (near) => {
    cable.connected += 1;
    ends.add(near);
    near.on('error', () => near.destroy());
    near.on('close', () => ends.delete(near));
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    for (const end of [near, far]) {
      end.on('data', (bytes) => {
        carried += bytes.length;
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a cable without a port');
  const cable: Cable = {
    url: `https://127.0.0.1:${address.port}`,
    connected: 0,
    get carried() {
      return carried;
    },
    cut: async (next) => {
      if (next !== undefined) target = new URL(next);
      whole = false;
      await Promise.all(
        [...ends].map((end) => {
          const closed = new Promise((resolve) => end.once('close', resolve));
          end.destroy();
          return closed;
        }),
      );
    },
    mend: () => {
      whole = true;
    },
    close: async () => {
      await cable.cut();
      server.close();
    },
  };
  return cable;
}
