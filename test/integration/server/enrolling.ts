import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { generateCertificateKey, requestCertificate } from '../../../src-main/vault/certificate-request.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import { openServerTls } from '../../../src-server/tls/certificates.ts';
import { createTerminalCertificates } from '../../../src-server/tls/terminal-certificates.ts';
import { standingText, wipeProofText } from '../../../src-shared/enrolment/messages.ts';
import { DeviceId, OperationId, PropertyId } from '../../../src-shared/model/ids.ts';
import {
  CERTIFICATE_LIFE_MS,
  EnrolResponse,
  PROTOCOL_VERSION,
  RENEWAL_GRACE_MS,
  routes,
  type StandingRequest,
  StandingResponse,
  TerminalsResponse,
} from '../../../src-shared/sync/protocol.ts';
import { enrolled, isAnswered, PUBLIC_KEY, type Question, type Terminal } from './client.ts';
import type { House } from './house.ts';

const DAY = 86_400_000;
const TEN_MINUTES = 10 * 60_000;

export function enrolling(house: () => House): void {
  describe('enrolment', () => {
    it('trades a code for a terminal of its property, which the feed then tells of', async () => {
      const { client, code, hotel } = house();
      const answer = await client().enrol(await code(), { deviceName: '前台 2' });
      expect(answer.status).toBe(200);
      const terminal = EnrolResponse.parse(answer.json());
      expect(terminal.propertyId).toBe(hotel.property.id);
      const certificate = new X509Certificate(Buffer.from(terminal.certificate, 'base64'));
      expect(certificate.subject).toBe(`O=${hotel.property.id}\nCN=${terminal.deviceId}`);
      expect(certificate.verify(new X509Certificate(house().server().caPem).publicKey)).toBe(true);
      expect(certificate.validToDate.getTime() - house().now()).toBeLessThanOrEqual(CERTIFICATE_LIFE_MS);
      const puts = await all(house(), await enrolled(client(), await code()));
      const device = puts.find(({ row }) => row.id === terminal.deviceId);
      expect(device?.row).toMatchObject({ name: '前台 2', publicKey: PUBLIC_KEY, enrolledAt: house().now() });
    });

    it('takes a code as people type it', async () => {
      const { client, code } = house();
      const typed = (await code()).toLowerCase().replace(/^.{5}/, '$&  - ').replaceAll('0', 'o').replaceAll('1', 'l');
      expect((await client().enrol(` ${typed} `)).status).toBe(200);
    });

    it('takes a code once, also when two come with it at the same moment', async () => {
      const { client, code } = house();
      const one = await code();
      const answers = await Promise.all([client().enrol(one), client().enrol(one), client().enrol(one)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
      const later = await client().enrol(one);
      expect([later.status, later.json()]).toMatchObject([403, { error: { code: 'unknown-code' } }]);
    });

    it('takes a code for ten minutes and not a moment longer', async () => {
      const { client, code, advance } = house();
      const [inTime, late] = [await code(), await code()];
      advance(TEN_MINUTES - 1);
      expect((await client().enrol(inTime)).status).toBe(200);
      advance(1);
      expect((await client().enrol(late)).status).toBe(403);
    });

    it('says the same of a wrong, a used and an old code', async () => {
      const { client, code, advance } = house();
      const [used, old] = [await code(), await code()];
      await client().enrol(used);
      const afterUse = await client().enrol(used);
      advance(TEN_MINUTES);
      const texts = [afterUse, await client().enrol(old), await client().enrol('00000-00000')].map(({ text }) => text);
      expect(new Set(texts).size).toBe(1);
    });

    it('stops after ten wrong codes in a minute, a good one too, and goes on in the next', async () => {
      const { client, code, advance } = house();
      advance(60_000);
      const good = await code();
      const wrong = await Promise.all(Array.from({ length: 12 }, () => client().enrol('00000-00000')));
      expect(wrong.filter(({ status }) => status === 403)).toHaveLength(10);
      const refused = await client().enrol(good);
      expect([refused.status, refused.json()]).toMatchObject([429, { error: { code: 'too-many-requests' } }]);
      expect(Number(refused.headers['retry-after'])).toBe(60);
      advance(60_000);
      expect((await client().enrol(good)).status).toBe(200);
    });

    it('does not count the codes that were good', async () => {
      const { client, code, advance } = house();
      advance(60_000);
      for (let i = 0; i < 12; i++) expect((await client().enrol(await code())).status).toBe(200);
    });

    it('issues no code for a property that is not there', async () => {
      expect(await house().server().store.issueEnrolmentCode(PropertyId.parse('nowhere'))).toBeNull();
    });
  });

  describe('the gate', () => {
    const changesOf = (property: string) => `${routes.changes(property)}?after=0`;
    const answered = (path: string, question: Question = {}) => isAnswered(house().client().ask(path, question));

    it('gives who shows no certificate nothing, not even a version, and reads no body', async () => {
      const { hotel } = house();
      expect(await answered(changesOf(hotel.property.id))).toBe(false);
      expect(await answered(routes.operations(hotel.property.id), { method: 'POST', raw: '{"not json' })).toBe(false);
      expect(await answered('/v1/anything')).toBe(false);
    });

    it('gives who shows a certificate of another CA, or one of ours that is none of a terminal, nothing at all', async () => {
      const { client, code, hotel, dataDir } = house();
      const terminal = await enrolled(client(), await code());
      const folder = mkdtempSync(join(tmpdir(), 'keyrack-other-ca-'));
      try {
        const other = createTerminalCertificates(await openServerTls(folder, house().now()), house().now);
        const request = await requestCertificate(terminal.key);
        const forged = await other.issue(request, terminal.propertyId, terminal.deviceId);
        const server = {
          key: createPrivateKey(readFileSync(join(dataDir, 'tls/server.key'))).export({ type: 'pkcs8', format: 'der' }),
          certificate: new X509Certificate(readFileSync(join(dataDir, 'tls/server.pem'))).raw.toString('base64'),
        };
        for (const as of [{ ...terminal, certificate: forged }, server]) {
          for (const path of [changesOf(hotel.property.id), routes.health, '/']) {
            expect(await answered(path, { as })).toBe(false);
          }
          const enrol = { method: 'POST' as const, as, body: { code: await code() } };
          expect(await answered(routes.enrol, enrol)).toBe(false);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
      expect(await answered(changesOf(hotel.property.id), { as: terminal })).toBe(true);
    });

    it('gives a certificate that has ended nothing, on the connection it was good on too', async () => {
      const { client, code, hotel, advance } = house();
      const terminal = await enrolled(client(), await code());
      const path = changesOf(hotel.property.id);
      expect(await answered(path, { as: terminal })).toBe(true);
      advance(CERTIFICATE_LIFE_MS);
      expect(await answered(path, { as: terminal })).toBe(false);
      expect(await answered(routes.health, { as: terminal })).toBe(false);
    });

    it('keeps each property to its own terminals', async () => {
      const { client, code, hotel, server } = house();
      const id = PropertyId.parse('other-house');
      if (!(await server().store.hasProperty(id))) await server().store.foundProperty({ ...hotel.property, id }, []);
      const issued = await server().store.issueEnrolmentCode(id);
      const [ours, theirs] = [await enrolled(client(), await code()), await enrolled(client(), issued?.code ?? '')];
      expect(theirs.propertyId).toBe(id);
      for (const [property, as] of [
        [id, ours],
        [hotel.property.id, theirs],
        ['nowhere', ours],
        ["x'%20or%201=1--", ours],
      ] as const) {
        expect(await answered(changesOf(property), { as })).toBe(false);
      }
      expect((await all(house(), theirs)).map(({ entity }) => entity)).toEqual(['property', 'device']);
    });

    it('shuts a revoked terminal out at once, in the middle of a connection, and the feed tells the others', async () => {
      const { client, code, hotel, server, advance } = house();
      const [lost, other] = [await enrolled(client(), await code()), await enrolled(client(), await code())];
      const { cursor } = (await client().pull(other, 0)).end;
      await client().pull(lost, 0);
      const { ended } = await openConnection(house(), lost);
      advance(1_000);
      expect(await server().store.revokeDevice(hotel.property.id, lost.deviceId)).toBe(true);
      expect(await server().store.revokeDevice(hotel.property.id, lost.deviceId)).toBe(false);
      await ended;
      expect(await answered(changesOf(hotel.property.id), { as: lost })).toBe(false);
      expect(await answered(routes.health, { as: lost })).toBe(false);
      const told = (await client().pull(other, cursor)).puts.find(({ row }) => row.id === lost.deviceId);
      expect(told?.row).toMatchObject({ revokedAt: house().now() });
    });

    it('remembers its terminals over a restart', async () => {
      const terminal = await enrolled(house().client(), await house().code());
      await house().restart();
      expect((await house().client().pull(terminal, 0)).end.count).toBeGreaterThan(0);
    });
  });

  describe('how a terminal stands', () => {
    /** A terminal whose device key is known here. */
    async function ownTerminal() {
      const pkcs8 = generateDeviceKey();
      const identity = openDeviceIdentity(pkcs8);
      const terminal = await enrolled(house().client(), await house().code(), { publicKey: identity.publicKey });
      return { terminal, identity };
    }
    type Own = Awaited<ReturnType<typeof ownTerminal>>;

    async function standing({ terminal, identity }: Own, change: Partial<StandingRequest> = {}) {
      const { propertyId, deviceId } = terminal;
      const at = house().now();
      const said = { propertyId, deviceId, version: '1', at, nonce: Buffer.alloc(16, 5).toString('base64') };
      const request = { ...said, certificateRequest: await requestCertificate(terminal.key), ...change };
      const signature = change.signature ?? identity.sign(Buffer.from(standingText(request)));
      const body = { protocol: PROTOCOL_VERSION, ...request, signature };
      const answer = await house().client().ask(routes.standing, { method: 'POST', body });
      return answer.status === 200 ? StandingResponse.parse(answer.json()) : answer.status;
    }

    it('is told, with a new certificate, to who signs with the device key, in time, late, and months late', async () => {
      const own = await ownTerminal();
      for (const away of [3 * DAY, 8 * DAY, 90 * DAY]) {
        house().advance(away);
        const answer = await standing(own);
        if (typeof answer === 'number' || answer.standing !== 'good') throw new Error(JSON.stringify(answer));
        const renewed = { ...own.terminal, certificate: answer.certificate ?? '' };
        expect((await house().client().pull(renewed, 0)).end.count).toBeGreaterThan(0);
      }
      expect(await standing(own, { certificateRequest: null })).toEqual({ standing: 'good', certificate: null });
    });

    it('ends 90 days after the certificate: it has to be enrolled anew', async () => {
      const own = await ownTerminal();
      house().advance(CERTIFICATE_LIFE_MS + RENEWAL_GRACE_MS);
      expect(await standing(own)).toEqual({ standing: 'lapsed' });
    });

    it('is told to nobody else: who cannot sign, or signs something else, is not answered', async () => {
      const [own, other] = [await ownTerminal(), await ownTerminal()];
      expect(await isAnswered(standing({ ...own, identity: other.identity }))).toBe(false);
      expect(await isAnswered(standing(own, { signature: Buffer.alloc(64).toString('base64') }))).toBe(false);
      expect(await isAnswered(standing(own, { deviceId: other.terminal.deviceId }))).toBe(false);
      const late = house().now() - 6 * 60_000;
      expect(await standing(own, { at: late })).toEqual({ standing: 'clock-off', serverTime: house().now() });
    });

    it('brings no certificate for another key than that of the enrolment', async () => {
      const own = await ownTerminal();
      expect(await standing(own, { certificateRequest: await requestCertificate(generateCertificateKey()) })).toBe(400);
    });

    const shutOut = (
      kind: 'device.revoke' | 'device.wipe',
      own: Own,
      by: 'it' | 'receptionist' | 'security-officer',
    ) => ({
      id: OperationId.parse(ulid()),
      kind,
      employeeId: house().employee(by).id,
      at: house().now(),
      terminalId: own.terminal.deviceId,
    });
    async function listFor(role: 'it' | 'security-officer' | 'receptionist', as: Terminal) {
      const body = { protocol: PROTOCOL_VERSION, employeeId: house().employee(role).id };
      const answer = await house().client().ask(routes.terminals(as.propertyId), { method: 'POST', as, body });
      return answer.status === 200 ? TerminalsResponse.parse(answer.json()).terminals : answer.status;
    }

    it('changes by an order of IT or the security officer, and of nobody else', async () => {
      const [office, lost] = [await ownTerminal(), await ownTerminal()];
      const { client } = house();
      const unknown = { ...shutOut('device.wipe', lost, 'it'), terminalId: DeviceId.parse(ulid()) };
      const operations = [shutOut('device.wipe', lost, 'receptionist'), unknown, shutOut('device.revoke', lost, 'it')];
      const results = await client().push(office.terminal, operations);
      expect(results).toMatchObject([
        { status: 'refused', reason: 'forbidden' },
        { status: 'refused', reason: 'unknown-terminal' },
        { status: 'applied' },
      ]);
      expect(await standing(lost)).toEqual({ standing: 'revoked' });
      expect(await listFor('receptionist', office.terminal)).toBe(403);
      const code = { protocol: PROTOCOL_VERSION, employeeId: house().employee('receptionist').id };
      const path = routes.enrolmentCodes(office.terminal.propertyId);
      const refused = await client().ask(path, { method: 'POST', as: office.terminal, body: code });
      expect([refused.status, refused.json()]).toMatchObject([403, { error: { code: 'forbidden' } }]);
    });

    it('is to be wiped until it has proved that it is, by the key that goes with it and for the order it was given', async () => {
      const [office, lost] = [await ownTerminal(), await ownTerminal()];
      const { client } = house();
      await client().push(office.terminal, [shutOut('device.wipe', lost, 'security-officer')]);
      expect(await isAnswered(client().pull(lost.terminal, 0))).toBe(false);
      const answer = await standing(lost);
      if (typeof answer === 'number' || answer.standing !== 'wipe') throw new Error(JSON.stringify(answer));
      const { propertyId, deviceId } = lost.terminal;
      const unsent = [
        { kind: 'case.open', count: 1 },
        { kind: 'guestNote.add', count: 3 },
      ];
      const said = { propertyId, deviceId, order: answer.order, unsent, entries: 41 };
      const prove = (proof: typeof said, by = lost.identity) => {
        const signature = by.sign(Buffer.from(wipeProofText(proof)));
        const body = { protocol: PROTOCOL_VERSION, ...proof, signature };
        return client().ask(routes.wipeProof, { method: 'POST', body });
      };
      expect(await isAnswered(prove(said, office.identity))).toBe(false);
      expect(await isAnswered(prove({ ...said, order: Buffer.alloc(16).toString('base64') }))).toBe(false);
      expect(await standing(lost)).toEqual(answer);
      for (let time = 0; time < 2; time++) expect((await prove(said)).status).toBe(200);
      expect((await prove({ ...said, unsent: [] })).status).toBe(200);
      expect(await standing(lost)).toEqual({ standing: 'revoked' });
      const shown = async (role: 'it' | 'security-officer') => {
        const listed = await listFor(role, office.terminal);
        return typeof listed === 'number' ? null : listed.find(({ id }) => id === deviceId);
      };
      expect(await shown('security-officer')).toMatchObject({
        wipe: 'done',
        wipedAt: house().now(),
        unsent,
        entries: 41,
      });
      // That there was a case to report, IT does not learn.
      expect((await shown('it'))?.unsent).toEqual([{ kind: 'guestNote.add', count: 3 }]);
    });

    it('is revoked for who was: that, and nothing more', async () => {
      const own = await ownTerminal();
      await house().server().store.revokeDevice(own.terminal.propertyId, own.terminal.deviceId);
      expect(await standing(own)).toEqual({ standing: 'revoked' });
    });
  });
}

async function all({ client }: House, terminal: Terminal) {
  return (await client().pull(terminal, 0)).puts;
}

/** A connection that a terminal has asked something on, and that stays. `ended` resolves when the server ends it */
async function openConnection({ server }: House, { key, certificate, propertyId }: Terminal) {
  const { url, caPem } = server();
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    ca: caPem,
    key: createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }),
    cert: new X509Certificate(Buffer.from(certificate, 'base64')).toString(),
  });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(`GET ${routes.changes(propertyId)}?after=0 HTTP/1.1\r\nhost: x\r\n\r\n`);
  await once(socket, 'data');
  socket.resume();
  return { ended };
}
