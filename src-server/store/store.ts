/** The server's store: what http/ and the founding of a hotel need of the database, and nothing else of it. */
import { setTimeout } from 'node:timers/promises';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Entity } from '../../src-shared/model/entities.ts';
import type { DeviceId, EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import type { PlainAction } from '../../src-shared/policy/index.ts';
import type {
  EnrolRequest,
  FoundingPlace,
  FoundingRequest,
  LogProof,
  LogProofRequest,
  LogPush,
  LogPushResponse,
  Operation,
  OperationResult,
  StepUpPut,
  StepUpPutResponse,
  StepUpRenewal,
  StepUpRenewalResponse,
  StepUpRequest,
  StepUpReset,
  StepUpResponse,
  TerminalEntry,
} from '../../src-shared/sync/protocol.ts';
import { type BackupInput, makeBackup } from '../backup/backup.ts';
import type { Clock } from '../clock.ts';
import { proveEntry, takeLog } from './access-log.ts';
import { type Announcements, createAnnouncements } from './announcements.ts';
import { type Holding, noteHeld, readHolding, setProfile } from './class-filter.ts';
import { type DatabaseConfig, openDatabase } from './database.ts';
import {
  type DeviceKey,
  type DeviceStanding,
  type EnrolledTerminal,
  enrol,
  hasDevice,
  type IssuedCode,
  issueEnrolmentCode,
  listDevices,
  type NewTerminal,
  noteDevice,
  noteWiped,
  revokeDevice,
  standingOf,
} from './devices.ts';
import { type Employment, findEmployments } from './employments.ts';
import { eraseAgain } from './erasure.ts';
import { type FeedPage, lockFeed, newestSeq, type Put, putRows, type ReadPage, readFeed, readFill } from './feed.ts';
import { type Forgotten, forget, type KeptFor } from './forget.ts';
import { type Founding, found, foundingPlace, issueFoundingCode } from './founding.ts';
import { openGuestSeeds } from './guest-seeds.ts';
import { openLogKey } from './log-key.ts';
import { allowedNow } from './may-do.ts';
import { isMigrated } from './migrations.ts';
import { applyOperations } from './operations.ts';
import { openProcessChannel } from './process-channel.ts';
import { releaseStepUp, takeStepUp } from './release-step-up.ts';
import { renewStepUp, resetStepUp } from './renew-step-up.ts';
import { openStepUps, type StepUpSecrets } from './step-ups.ts';
import type { WipeReport } from './tables.ts';

export interface Store extends AsyncDisposable {
  /**
   * Founds a property with its first rows, all or nothing. @returns the seq of the last row
   * @throws when the property exists
   */
  foundProperty(property: Entity<'property'>, puts: readonly Put[]): Promise<number>;
  hasProperty(propertyId: PropertyId): Promise<boolean>;
  /** Puts rows into the feed in one transaction, in their order; no id twice. @returns the seq of the last row */
  appendRows(propertyId: PropertyId, puts: readonly Put[]): Promise<number>;
  /** @param classes whose sealed values are among the rows; left out for all */
  readFeed(propertyId: PropertyId, after: number, limit: number, classes?: readonly SealedClass[]): Promise<ReadPage>;
  /** Guests of a stretch of the feed with their values of one class. */
  readFill(
    propertyId: PropertyId,
    dataClass: SealedClass,
    stretch: { readonly after: number; readonly until: number },
    limit: number,
  ): Promise<FeedPage>;
  readHolding(propertyId: PropertyId, deviceId: DeviceId): Promise<Holding>;
  /** Writes down of which classes a terminal says it holds values. */
  noteHeld(propertyId: PropertyId, deviceId: DeviceId, held: readonly SealedClass[]): Promise<void>;
  /** Sets up of which classes a terminal may hold values. False when there is no such terminal. */
  setProfile(propertyId: PropertyId, deviceId: DeviceId, classes: readonly SealedClass[]): Promise<boolean>;
  /** Tells a listener the newest seq of a property, now and whenever it has changed. @returns ends it */
  subscribe: Announcements['subscribe'];
  /** Applies each operation once by its id. @returns one result for each, in the same order */
  applyOperations(
    propertyId: PropertyId,
    deviceId: DeviceId,
    operations: readonly Operation[],
  ): Promise<OperationResult[]>;
  /** Null when there is no such property. */
  issueEnrolmentCode(propertyId: PropertyId): Promise<IssuedCode | null>;
  /** Null when there is such a property already. */
  issueFoundingCode(propertyId: PropertyId): Promise<IssuedCode | null>;
  /** Which property the code founds, and until when; null when it is wrong, used or too old. */
  foundingPlace(code: string): Promise<FoundingPlace | null>;
  /** Founds a property and enrols the terminal it is founded on, all or nothing. */
  found(request: FoundingRequest & NewTerminal): Promise<Founding>;
  /** Null when the code is wrong, used or too old. */
  enrol(request: NewTerminal & Pick<EnrolRequest, 'code'>): Promise<EnrolledTerminal | null>;
  /** Whether a terminal of this property has this key and is not revoked. */
  hasDevice(device: DeviceKey): Promise<boolean>;
  /** Null when there is no such terminal. */
  standingOf(device: EnrolledTerminal): Promise<DeviceStanding | null>;
  /** Notes that a terminal was here, and what it has. */
  noteDevice(device: EnrolledTerminal, has?: { certificateUntil: number; version: string }): Promise<void>;
  /** False when the terminal is unknown or was revoked before. */
  revokeDevice(propertyId: PropertyId, deviceId: DeviceId): Promise<boolean>;
  /** Takes a terminal's word that it is wiped. */
  noteWiped(device: EnrolledTerminal, report: WipeReport): Promise<void>;
  /** Every terminal, for whoever may see them; null for whoever may not. */
  listTerminals(propertyId: PropertyId, employeeId: EmployeeId): Promise<TerminalEntry[] | null>;
  /** In which hotels somebody works who has this staff number or name: for who runs the server, and no route. */
  findEmployments(wanted: string): Promise<readonly Employment[]>;
  /** Whether the policy allows somebody this now. */
  mayDo(propertyId: PropertyId, employeeId: EmployeeId, action: PlainAction): Promise<boolean>;
  /** Tells a listener of every terminal that is shut out, once that is written. */
  onRevoked(listener: (deviceId: DeviceId) => void): void;
  /** Keeps the secrets of a second factor in the place of whatever there was: for who founds a hotel on the server itself. */
  putStepUp(propertyId: PropertyId, employeeId: EmployeeId, secrets: StepUpSecrets): void;
  /** Keeps what a terminal hands in for somebody, where there is nothing of hers yet. */
  takeStepUp(propertyId: PropertyId, deviceId: DeviceId, put: StepUpPut): Promise<StepUpPutResponse['outcome']>;
  /** Takes a new phone or new recovery codes by a factor that there is. */
  renewStepUp(
    propertyId: PropertyId,
    deviceId: DeviceId,
    renewal: StepUpRenewal,
  ): Promise<StepUpRenewalResponse['outcome']>;
  /** Takes new secrets by an order, where there is no factor left. */
  resetStepUp(
    propertyId: PropertyId,
    deviceId: DeviceId,
    reset: StepUpReset,
  ): Promise<StepUpRenewalResponse['outcome']>;
  /** Gives a share out for a right code. */
  releaseStepUp(propertyId: PropertyId, deviceId: DeviceId, request: StepUpRequest): Promise<StepUpResponse>;
  /** Takes what a terminal's access log has beyond what the server holds of it: all or nothing. */
  takeLog(propertyId: PropertyId, deviceId: DeviceId, push: LogPush): Promise<LogPushResponse>;
  /** Proves that an entry of this terminal is in the property's log. */
  proveEntry(propertyId: PropertyId, deviceId: DeviceId, request: LogProofRequest): Promise<LogProof>;
  /** Makes a backup for these people's keys in a folder of its own under `to`, and checks it. @throws BadBackup, and what the disk says */
  backUp(plan: Pick<BackupInput, 'to' | 'recipients'>): ReturnType<typeof makeBackup>;
  /** Forgets what was kept for longer, in every property, in portions between which others have their turn. @throws what the database says */
  forget(keptFor: KeptFor): Promise<Forgotten>;
  /** Whether the database answers, and is of this program's schema. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** What came meanwhile has its turn, on the one connection of the embedded database too. */
const BETWEEN_PORTIONS_MS = 20;

/** Opens the store and brings its schema up to date. @throws DirectoryInUse, or the database's own error */
export async function openStore(
  config: DatabaseConfig,
  clock: Clock,
  onIdleError: (error: Error) => void = () => {},
): Promise<Store> {
  const database = await openDatabase(config, { onIdleError });
  const { of, everywhere } = database;
  const revocations: ((deviceId: DeviceId) => void)[] = [];
  const tellRevoked = (deviceId: DeviceId) => {
    for (const listener of revocations) listener(deviceId);
  };
  // The embedded database is opened by one process only.
  const channel = config.kind === 'postgres' ? openProcessChannel(config.url, onIdleError) : null;
  const announcements = createAnnouncements(
    (propertyId) => newestSeq(of(propertyId), propertyId),
    channel,
    (error) => onIdleError(error instanceof Error ? error : new Error('an announcement failed')),
  );
  /** Says that there is something new once that is committed. */
  const announced = async <T>(propertyId: PropertyId, work: Promise<T>): Promise<T> => {
    const done = await work;
    announcements.announce(propertyId);
    return done;
  };
  const files: { close(): void }[] = [];
  const close = async () => {
    for (const file of files) file.close();
    await channel?.close();
    await database.close();
  };
  const open = <T extends { close(): void }>(file: T): T => {
    files.push(file);
    return file;
  };
  const openFiles = async () => {
    const seeds = open(openGuestSeeds(config.dataDir));
    const stepUps = open(openStepUps(config.dataDir));
    await eraseAgain(database, seeds);
    return { seeds, stepUps, logKey: openLogKey(config.dataDir) };
  };
  const { seeds, stepUps, logKey } = await openFiles().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    foundProperty: (property, puts) =>
      of(property.id)
        .transaction()
        .execute(async (trx) => {
          // Before the rows: a seed without a guest harms nobody, a guest without a seed does not open.
          seeds.put(property.id, puts);
          await trx.insertInto('property').values({ property_id: property.id, last_seq: 0 }).execute();
          return putRows(trx, property.id, 0, [{ entity: 'property', row: property }, ...puts]);
        }),
    hasProperty: async (propertyId) => {
      const found = of(propertyId).selectFrom('property').select('property_id').where('property_id', '=', propertyId);
      return (await found.executeTakeFirst()) !== undefined;
    },
    appendRows: (propertyId, puts) =>
      announced(
        propertyId,
        of(propertyId)
          .transaction()
          .execute(async (trx) => {
            const lastSeq = await lockFeed(trx, propertyId);
            seeds.put(propertyId, puts);
            return putRows(trx, propertyId, lastSeq, puts);
          }),
      ),
    subscribe: announcements.subscribe,
    readFeed: (propertyId, after, limit, classes) => readFeed(of(propertyId), seeds, propertyId, after, limit, classes),
    readFill: (propertyId, ...stretch) => readFill(of(propertyId), propertyId, ...stretch),
    readHolding: (propertyId, deviceId) => readHolding(of(propertyId), propertyId, deviceId),
    noteHeld: (propertyId, ...held) => noteHeld(of(propertyId), propertyId, ...held),
    setProfile: (propertyId, ...profile) => setProfile(of(propertyId), propertyId, ...profile),
    applyOperations: async (propertyId, deviceId, operations) => {
      const pushed = { propertyId, deviceId, operations, receivedAt: clock.now() };
      const results = await announced(propertyId, applyOperations(of(propertyId), seeds, pushed));
      for (const [index, operation] of operations.entries()) {
        const shutsOut = operation.kind === 'device.revoke' || operation.kind === 'device.wipe';
        if (shutsOut && results[index]?.status === 'applied') tellRevoked(operation.terminalId);
      }
      return results;
    },
    issueEnrolmentCode: (propertyId) => issueEnrolmentCode(of(propertyId), propertyId, clock.now()),
    issueFoundingCode: (propertyId) => issueFoundingCode(of(propertyId), propertyId, clock.now()),
    foundingPlace: (code) => foundingPlace(everywhere, code, clock.now()),
    found: (request) => found(database, stepUps, request, clock.now()),
    enrol: async (request) => {
      const enrolled = await enrol(database, request, clock.now());
      if (enrolled !== null) announcements.announce(enrolled.propertyId);
      return enrolled;
    },
    hasDevice: (device) => hasDevice(of(device.propertyId), device),
    standingOf: (device) => standingOf(of(device.propertyId), device),
    noteDevice: (device, has) => noteDevice(of(device.propertyId), device, { at: clock.now(), ...has }),
    revokeDevice: async (propertyId, deviceId) => {
      const done = await announced(propertyId, revokeDevice(of(propertyId), propertyId, deviceId, clock.now()));
      if (done) tellRevoked(deviceId);
      return done;
    },
    noteWiped: (device, report) => noteWiped(of(device.propertyId), device, report, clock.now()),
    listTerminals: async (propertyId, employeeId) => {
      const asked = { action: 'terminal.view', now: clock.now() } as const;
      const employee = await allowedNow(of(propertyId), propertyId, employeeId, asked);
      if (employee === null) return null;
      const devices = await listDevices(of(propertyId), propertyId);
      // That there was a case to report is for nobody but the security officer.
      const shown = ({ kind }: { kind: string }) => employee.role === 'security-officer' || !kind.startsWith('case.');
      return devices.map((device) => ({ ...device, unsent: device.unsent?.filter(shown) ?? null }));
    },
    findEmployments: (wanted) => findEmployments(database, wanted),
    mayDo: async (propertyId, employeeId, action) =>
      (await allowedNow(of(propertyId), propertyId, employeeId, { action, now: clock.now() })) !== null,
    onRevoked: (listener) => void revocations.push(listener),
    putStepUp: (...secrets) => stepUps.put(...secrets),
    takeStepUp: (propertyId, deviceId, put) =>
      takeStepUp(of(propertyId), stepUps, { propertyId, deviceId, now: clock.now() }, put),
    renewStepUp: (propertyId, deviceId, renewal) =>
      renewStepUp(of(propertyId), stepUps, { propertyId, deviceId, now: clock.now() }, renewal),
    resetStepUp: (propertyId, deviceId, reset) =>
      resetStepUp(of(propertyId), stepUps, { propertyId, deviceId, now: clock.now() }, reset),
    releaseStepUp: (propertyId, deviceId, request) =>
      releaseStepUp(of(propertyId), stepUps, { propertyId, deviceId, now: clock.now() }, request),
    takeLog: (propertyId, deviceId, push) => takeLog(of(propertyId), logKey, { propertyId, deviceId }, push),
    proveEntry: (propertyId, deviceId, request) =>
      proveEntry(of(propertyId), logKey, { propertyId, deviceId }, request),
    backUp: (plan) => makeBackup({ ...plan, db: everywhere, dataDir: config.dataDir, now: clock.now() }),
    forget: (keptFor) => forget(database, keptFor, clock.now(), () => setTimeout(BETWEEN_PORTIONS_MS)),
    isReady: () => isMigrated(everywhere).catch(() => false),
    close,
    [Symbol.asyncDispose]: close,
  };
}
