import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to the server that can be cut: bytes go through as they are, or nothing does. */
export async function openLine(serverUrl: string) {
  const port = Number(new URL(serverUrl).port);
  const sockets = new Set<Socket>();
  let isCut = false;
  const line = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((ready) => line.listen(0, '127.0.0.1', ready));
  return {
    url: serverUrl.replace(`:${port}`, `:${(line.address() as AddressInfo).port}`),
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      line.close();
    },
  };
}
