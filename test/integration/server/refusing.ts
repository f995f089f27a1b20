import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { OPERATIONS_PER_PUSH, PROTOCOL_VERSION, routes, ServerProblem } from '../../../src-shared/sync/protocol.ts';
import { type Client, enrolled, isAnswered, PUBLIC_KEY, type Question } from './client.ts';
import type { House } from './house.ts';

/** Stands in hostile input wherever a value goes: no answer and no log line may repeat it. */
export const MARK = 'zqx-hostile-value';
const MEBIBYTE = 1_048_576;

export function refusing(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());

  async function refusal(path: string, question: Question, client: Client = house().client()) {
    const answer = await client.ask(path, { method: 'POST', ...question });
    expect(answer.text).not.toContain(MARK);
    return { status: answer.status, ...ServerProblem.parse(answer.json()).error };
  }

  describe('a body that does not fit', () => {
    const enrolment = (change: object) => ({
      body: {
        protocol: PROTOCOL_VERSION,
        code: MARK,
        deviceName: MARK,
        publicKey: PUBLIC_KEY,
        certificateRequest: Buffer.alloc(300, 1).toString('base64'),
        ...change,
      },
    });

    it.each<[string, Question, number, string | undefined]>([
      ['that is not JSON', { raw: `{"code": "${MARK}` }, 400, undefined],
      ['that is not UTF-8', { raw: Buffer.from(`{"code": "${MARK}\xff"}`, 'latin1') }, 400, undefined],
      ['that is empty', { raw: '' }, 400, undefined],
      ['that is a string', { body: MARK }, 400, 'body'],
      ['that is null', { raw: 'null' }, 400, 'body'],
      ['that is a list', { body: [MARK] }, 400, 'body'],
      ['that would change a prototype', { raw: `{"__proto__": {"code": "${MARK}"}}` }, 400, undefined],
      ['of another media type', { raw: MARK, headers: { 'content-type': 'application/xml' } }, 415, undefined],
      ['of plain text', { raw: MARK, headers: { 'content-type': 'text/plain' } }, 415, undefined],
      ['larger than a mebibyte', { raw: `"${'x'.repeat(MEBIBYTE)}"` }, 413, undefined],
      ['without its name', enrolment({ deviceName: undefined }), 400, 'deviceName'],
      ['with a name that is empty', enrolment({ deviceName: '' }), 400, 'deviceName'],
      ['with a name that is too long', enrolment({ deviceName: MARK.repeat(6) }), 400, 'deviceName'],
      ['with a name that no database holds', enrolment({ deviceName: `${MARK}\0` }), 400, 'deviceName'],
      ['with a number for a code', enrolment({ code: 12_345_678 }), 400, 'code'],
      ['with a key that is none', enrolment({ publicKey: MARK }), 400, 'publicKey'],
      [
        'with a request for a certificate that is none',
        enrolment({ certificateRequest: MARK }),
        400,
        'certificateRequest',
      ],
      ['with a field that we do not have', enrolment({ administrator: MARK }), 400, 'administrator'],
      ['with a value for a field name', enrolment({ [`${MARK} 4000000000000002`]: true }), 400, 'body'],
    ])('%s is refused by name and without its value', async (title, question, status, field) => {
      const problem = await refusal(routes.enrol, question);
      const unreadable = /^that is (not|empty)|prototype/.test(title);
      const code = status === 413 ? 'too-large' : unreadable ? 'unreadable' : 'invalid-request';
      expect(problem).toMatchObject({ status, code });
      expect(problem.field).toBe(field);
      expect(problem.message).toMatch(/: (send|leave|correct)|^content-type/);
      expect(problem.message).not.toContain('4000000000000002');
    });

    it('names the field down to its place in the batch', async () => {
      const as = await terminal();
      const push = (operations: unknown) =>
        refusal(routes.operations(as.propertyId), { as, body: { protocol: PROTOCOL_VERSION, operations } });
      const good = () => structuredClone(house().addition());
      const withNote = (change: object) => ({ ...good(), note: { ...good().note, ...change } });
      const cases: readonly (readonly [unknown, string])[] = [
        [[good(), withNote({ text: MARK.repeat(40) })], 'operations.1.note.text'],
        [[withNote({ text: '' })], 'operations.0.note.text'],
        [[withNote({ guestId: MARK })], 'operations.0.note.guestId'],
        [[withNote({ writtenAt: -1 })], 'operations.0.note.writtenAt'],
        [[{ ...good(), id: MARK }], 'operations.0.id'],
        [[{ ...good(), kind: 'guest.delete' }], 'operations.0.kind'],
        [[good(), { ...good(), cardNumber: MARK }], 'operations.1.cardNumber'],
        [[], 'operations'],
        [Array.from({ length: OPERATIONS_PER_PUSH + 1 }, good), 'operations'],
        [{ length: 1, 0: good() }, 'operations'],
      ];
      for (const [operations, field] of cases) {
        expect(await push(operations)).toMatchObject({ status: 400, code: 'invalid-request', field });
      }
    });

    it.each([0, PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1, 99])(
      'of protocol %i is told to update, whatever else it holds',
      async (protocol) => {
        const as = await terminal();
        const whole = { protocol, operations: [house().addition()] };
        for (const body of [whole, { protocol, anything: MARK }]) {
          expect(await refusal(routes.operations(as.propertyId), { as, body })).toMatchObject({
            status: 426,
            code: 'update-required',
          });
          expect(await refusal(routes.enrol, { body })).toMatchObject({ status: 426, code: 'update-required' });
        }
      },
    );

    it('leaves nothing behind: what came with it is not applied', async () => {
      const device = await terminal();
      const { cursor } = (await house().client().pull(device, 0)).end;
      const operations = [house().addition(), { ...house().addition(), id: MARK }];
      const body = { protocol: PROTOCOL_VERSION, operations };
      await refusal(routes.operations(device.propertyId), { as: device, body });
      expect((await house().client().pull(device, cursor)).end.count).toBe(0);
    });
  });

  describe('what is not there', () => {
    it.each<[Question['method'], string]>([
      ['GET', '/'],
      ['GET', routes.enrol],
      ['POST', routes.health],
      ['PUT', routes.operations('harbour-view')],
      ['DELETE', routes.changes('harbour-view')],
      ['GET', `/v2/properties/harbour-view/${MARK}?after=${MARK}`],
      ['GET', `/${MARK}/${'x'.repeat(2_000)}`],
    ])('%s %.60s is not found', async (method = 'GET', path) => {
      expect(await refusal(path, { method, as: await terminal() })).toMatchObject({ status: 404, code: 'not-found' });
      expect(await isAnswered(house().client().ask(path, { method }))).toBe(false);
    });

    it('an address that is badly encoded is refused', async () => {
      expect(await refusal(`/v1/properties/%E0%A4%A${MARK}/changes`, { method: 'GET' })).toMatchObject({ status: 400 });
    });
  });

  describe('the line', () => {
    it('is TLS 1.3: who offers no more than 1.2 is refused', async () => {
      const { url, caPem } = house().server();
      const handshake = (maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
        new Promise<string>((resolve) => {
          const { hostname, port } = new URL(url);
          const socket = connect({ host: hostname, port: Number(port), ca: caPem, maxVersion, minVersion: 'TLSv1.2' });
          socket.on('secureConnect', () => {
            resolve(`${socket.getProtocol()} ${socket.authorized}`);
            socket.destroy();
          });
          socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
        });
      expect(await handshake('TLSv1.3')).toBe('TLSv1.3 true');
      expect(await handshake('TLSv1.2')).toMatch(/PROTOCOL_VERSION/);
    });

    it('tells anybody that the server is well, and no cache keeps any answer', async () => {
      const answer = await house().client().ask(routes.health);
      expect([answer.status, answer.json()]).toEqual([200, { ok: true }]);
      expect(answer.headers['cache-control']).toBe('no-store');
      const known = Object.keys(answer.headers).sort();
      expect(known).toEqual(['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive']);
    });

    it('outlives a terminal that hangs up in the middle of a body', async () => {
      const { url, caPem } = house().server();
      const { hostname, port } = new URL(url);
      await new Promise<void>((resolve) => {
        const socket = connect({ host: hostname, port: Number(port), ca: caPem }, () => {
          socket.write(`POST ${routes.enrol} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`);
          socket.write(`content-length: 1000\r\n\r\n{"code":"${MARK}`, () => socket.destroy());
        });
        socket.on('close', () => resolve());
      });
      expect((await house().client().ask(routes.health)).status).toBe(200);
      expect(house().log()).not.toContain('request failed');
    });
  });
}
