/** A hotel founded through the channels, as two people and three keepers do it, on a server with nothing in it. */
import { expect } from 'vitest';
import { createLog } from '../../../src-server/log.ts';
import { type RunningServer, startServer } from '../../../src-server/start.ts';
import type { CeremonyStep, SharePaper } from '../../../src-shared/ipc/prompt-ceremony.ts';
import type { FoundingView, StaffItem } from '../../../src-shared/ipc/views.ts';
import { BusinessDate, PropertyId } from '../../../src-shared/model/index.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { copyEmptyServer } from '../server/made-once.ts';
import { afterwards } from '../terminal/afterwards.ts';
import { type Desk, expectOk, openDesk, setUpFolder, tempFolder, testClock } from '../terminal/house.ts';

export const PROPERTY = PropertyId.parse('west-lake');
const HOTEL = {
  name: '西湖饭店',
  nameLatin: 'West Lake Inn',
  timeZone: 'Asia/Shanghai',
  country: 'CN',
  businessDate: BusinessDate.parse('2026-03-14'),
};

/** Somebody who went through the prompt, with what she knows and has. */
export interface Person {
  readonly item: StaffItem;
  readonly password: string;
  readonly totpSecret: Buffer;
  readonly recoveryCodes: readonly string[];
}

export interface EmptyServer extends RunningServer {
  readonly dataDir: string;
}

/** Starts a server with nothing in it. */
export async function openServer(): Promise<EmptyServer> {
  const dataDir = tempFolder('empty-server');
  await copyEmptyServer(dataDir);
  const server = await startServer({ dataDir, port: 0 }, createLog('silent'), testClock());
  afterwards(() => server.stop());
  return { ...server, dataDir };
}

async function foundingCode(server: RunningServer): Promise<string> {
  const issued = await server.foundingCode(PROPERTY);
  if (issued === null) throw new Error('the hotel is there already');
  return issued.code;
}

/** A terminal that has never been anywhere. */
export async function newDesk(server: RunningServer, name = 'founding', enrolmentCode?: string): Promise<Desk> {
  const folder = tempFolder(name);
  setUpFolder({
    folder,
    serverUrl: server.url,
    caPem: server.caPem,
    ...(enrolmentCode === undefined ? {} : { enrolmentCode }),
  });
  const desk = openDesk(folder);
  await desk.terminal.start();
  return desk;
}

/** The step that the prompt shows, which must be this one. */
export async function step<A extends CeremonyStep['asks']>(
  desk: Desk,
  asks: A,
): Promise<Extract<CeremonyStep, { asks: A }>> {
  const { ceremony } = expectOk(await desk.callPrompt('prompt.view', undefined));
  expect(ceremony?.asks).toBe(asks);
  return ceremony as Extract<CeremonyStep, { asks: A }>;
}

/** Answers what the prompt asks of somebody new. */
export async function enrolInPrompt(desk: Desk, password: string): Promise<Omit<Person, 'item'>> {
  await step(desk, 'new-password');
  expectOk(await desk.callPrompt('prompt.newPassword', { password, again: password }));
  const { uri } = await step(desk, 'new-totp');
  const totpSecret = base32(new URL(uri).searchParams.get('secret') ?? '');
  expectOk(await desk.callPrompt('prompt.newTotp', { code: currentTotp(totpSecret, desk.clock.now()) }));
  const { codes, hotel, hotelLatin } = await step(desk, 'recovery-codes');
  // Whoever works at two hotels has both in one phone and one drawer: each says which it is of.
  expect([new URL(uri).searchParams.get('issuer'), hotel, hotelLatin]).toEqual([
    `${HOTEL.nameLatin} · Keyrack`,
    HOTEL.name,
    HOTEL.nameLatin,
  ]);
  expectOk(await desk.callPrompt('prompt.codesDone', { done: true }));
  return { password, totpSecret, recoveryCodes: codes };
}

/** Takes the three papers, as three keepers do. */
async function keepShares(desk: Desk): Promise<SharePaper[]> {
  const papers: SharePaper[] = [];
  for (let number = 1; number <= 3; number++) {
    const { paper } = await step(desk, 'share');
    expect(paper.number).toBe(number);
    papers.push(paper);
    expectOk(await desk.callPrompt('prompt.shareDone', { done: true }));
    const { places } = await step(desk, 'share-check');
    const words = places.map((place) => paper.words[place - 1] ?? '');
    expectOk(await desk.callPrompt('prompt.shareCheck', { words }));
  }
  return papers;
}

export interface FoundedHotel {
  readonly desk: Desk;
  readonly officer: Person;
  readonly holder: Person;
  readonly papers: readonly SharePaper[];
}

/** Goes through everything up to the sending. */
export async function prepareFounding(server: RunningServer, desk: Desk): Promise<FoundedHotel> {
  expectOk(await desk.call('founding.begin', { code: await foundingCode(server) }));
  expectOk(await desk.call('founding.hotel', HOTEL));
  const officer = await enrolFounder(desk, 'officer', '陈静', 'S1', 'lantern river ninety boats');
  const holder = await enrolFounder(desk, 'holder', '赵磊', 'M1', 'copper kettle on the balcony');
  const handing = desk.call('founding.handOut', undefined);
  const papers = await settle(desk, () => keepShares(desk));
  expect(expectOk(await handing).fingerprint).toBe(papers[0]?.fingerprint);
  return { desk, officer, holder, papers };
}

export async function foundHotel(server: RunningServer, desk: Desk): Promise<FoundedHotel> {
  const founded = await prepareFounding(server, desk);
  expect(expectOk(await desk.call('founding.send', undefined)).phase).toBe('ready');
  await desk.until(({ line }) => line === 'online');
  return founded;
}

async function enrolFounder(
  desk: Desk,
  as: 'officer' | 'holder',
  name: string,
  staffNumber: string,
  password: string,
): Promise<Person> {
  const enrolling = desk.call('founding.enrol', { as, name, nameLatin: null, staffNumber });
  const typed = await settle(desk, () => enrolInPrompt(desk, password));
  const item = expectOk<FoundingView>(await enrolling)[as];
  if (item === null) throw new Error('nobody was enrolled');
  return { item, ...typed };
}

/** The page of the prompt comes up before anybody types into it. */
export async function settle<T>(desk: Desk, type: () => Promise<T>): Promise<T> {
  const end = performance.now() + 5_000;
  while (expectOk(await desk.callPrompt('prompt.view', undefined)).ceremony === null) {
    if (performance.now() > end) throw new Error('nothing is asked');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return type();
}

function base32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
