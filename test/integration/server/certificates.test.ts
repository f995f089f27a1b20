import { X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BadCertificate, openServerTls } from '../../../src-server/tls/certificates.ts';

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-tls-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const DAY = 86_400_000;
const now = Date.now();

describe('the certificates of a server', () => {
  it('are made once, and the server’s is signed by the CA that terminals pin', async () => {
    const folder = newFolder();
    const first = await openServerTls(folder, now);
    const again = await openServerTls(folder, now);
    expect([again.cert, again.key, again.caPem]).toEqual([first.cert, first.key, first.caPem]);
    const [server, ca] = [new X509Certificate(first.cert), new X509Certificate(first.caPem)];
    expect([server.verify(ca.publicKey), server.ca, ca.ca]).toEqual([true, false, true]);
    expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(server.serialNumber).not.toBe(
      new X509Certificate((await openServerTls(newFolder(), now)).cert).serialNumber,
    );
  });

  it('are renewed in the last month, under the same CA', async () => {
    const folder = newFolder();
    const first = await openServerTls(folder, now);
    expect((await openServerTls(folder, now + 366 * DAY)).cert).toBe(first.cert);
    const renewed = await openServerTls(folder, now + 368 * DAY);
    expect(renewed.caPem).toBe(first.caPem);
    expect(new X509Certificate(renewed.cert).validToDate.getTime()).toBeGreaterThan(now + 700 * DAY);
  });

  it('name what terminals reach the server by, and the server’s is made anew when a name is missing', async () => {
    const folder = newFolder();
    const first = await openServerTls(folder, now);
    const names = ['keyrack.hotel.example', '10.0.0.5', '::1'];
    const named = await openServerTls(folder, now, { names });
    const certificate = new X509Certificate(named.cert);
    expect(certificate.checkHost('keyrack.hotel.example')).toBeDefined();
    for (const address of ['10.0.0.5', '::1', '127.0.0.1']) expect(certificate.checkIP(address)).toBeDefined();
    expect([named.caPem, named.cert === first.cert]).toEqual([first.caPem, false]);
    expect((await openServerTls(folder, now, { names })).cert).toBe(named.cert);
    // A code is printed without them: that takes no name away.
    expect((await openServerTls(folder, now)).cert).toBe(named.cert);
  });

  it('a server’s that is damaged, of another key or of another CA is made anew', async () => {
    const folder = newFolder();
    const other = newFolder();
    const { caPem } = await openServerTls(folder, now);
    await openServerTls(other, now);
    const spoil = [
      () => writeFileSync(join(folder, 'tls/server.pem'), 'nonsense'),
      () => cpSync(join(other, 'tls/server.key'), join(folder, 'tls/server.key')),
      () => {
        for (const name of ['server.key', 'server.pem']) cpSync(join(other, 'tls', name), join(folder, 'tls', name));
      },
    ];
    for (const spoilIt of spoil) {
      spoilIt();
      const { cert } = await openServerTls(folder, now);
      expect(new X509Certificate(cert).verify(new X509Certificate(caPem).publicKey)).toBe(true);
    }
  });

  it('a CA that is damaged is refused by its file and left as it is', async () => {
    const folder = newFolder();
    await openServerTls(folder, now);
    const file = join(folder, 'tls/ca.pem');
    writeFileSync(file, 'nonsense');
    await expect(openServerTls(folder, now)).rejects.toThrow(BadCertificate);
    await expect(openServerTls(folder, now)).rejects.toThrow(file);
    expect(readFileSync(file, 'utf8')).toBe('nonsense');
  });
});
