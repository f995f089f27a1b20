/** What is open from the start to the end of the program, sealed or not: the access log, the slot file, the counters of guesses. */
import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { AccessLog, type LogHead, LogUnavailable } from './access-log/log.ts';
import { ServerCopy } from './access-log/server-copy.ts';
import type { Clock } from './clock.ts';
import type { TerminalFiles } from './config.ts';
import { entryOf } from './desk/break-glass.ts';
import { GLASS_TIMES, Glass, type GlassAsked, type GlassEnd } from './desk/glass.ts';
import { loggedGuesses } from './desk/logged-guesses.ts';
import { RevealCounts } from './desk/reveal-counts.ts';
import { hasLogAside } from './installation.ts';
import { type BegunAnew, logFaultOf, StartFault } from './start-fault.ts';
import { openEncryptedFile } from './store/encrypted-file.ts';
import { DeviceLine, type Standing } from './sync/device-line.ts';
import { SilentAlarm } from './sync/silent-alarm.ts';
import { Admission } from './vault/admission.ts';
import { GuessLedger } from './vault/guess-ledger.ts';
import { type KeyStore, KeyStoreError } from './vault/key-store.ts';
import { Leases } from './vault/leases.ts';
import { SlotFile } from './vault/slot-file.ts';
import { Slots } from './vault/slots.ts';
import {
  type Enrolment,
  readCertificate,
  readCertificateKey,
  type TerminalKeys,
  writeCertificate,
  writeLogHead,
} from './vault/terminal-keys.ts';

interface WhileSealedInput {
  readonly files: Pick<TerminalFiles, 'cache' | 'slots' | 'leases' | 'accessLog'>;
  readonly keyStore: KeyStore;
  /** Taken over: zeroed at the latest by {@link WhileSealed.close}. */
  readonly keys: TerminalKeys;
  readonly enrolment: Enrolment;
  readonly serverUrl: string;
  readonly version: string;
  /** Why there is a log that was set aside, if there is. */
  readonly begunAnew: BegunAnew;
  /** Whether the sync loop does not run. */
  readonly isQuiet: () => boolean;
  /** It may work, or may not, as it was told last and long ago. */
  readonly onAdmission: () => void;
  /** The server has it wiped. */
  readonly onWipe: (order: string) => void;
  readonly clock: Clock;
  readonly note: (event: string, cause?: string) => void;
  readonly onGlassEnd: () => void;
}

export class WhileSealed {
  readonly keyStore: KeyStore;
  readonly enrolment: Enrolment;
  readonly log: AccessLog;
  readonly serverCopy: ServerCopy;
  readonly slotFile: SlotFile;
  readonly slots: Slots;
  readonly attempts: GuessLedger;
  readonly leases: Leases;
  readonly glass: Glass;
  readonly reveals: RevealCounts;
  readonly line: DeviceLine;
  readonly admission: Admission;
  readonly alarm: SilentAlarm;
  readonly #note: WhileSealedInput['note'];
  /** One anchor after the other, lest an older head overtake a newer one. */
  #anchoring: Promise<void> = Promise.resolve();

  private constructor(input: WhileSealedInput, log: AccessLog, slotFile: SlotFile, shown: Shown) {
    const { files, keyStore, enrolment, keys, clock, note } = input;
    this.keyStore = keyStore;
    this.enrolment = enrolment;
    this.log = log;
    this.serverCopy = new ServerCopy(log.database, enrolment.propertyId);
    this.slotFile = slotFile;
    this.slots = new Slots(slotFile, keys.slotKey);
    this.attempts = new GuessLedger(slotFile, keyStore, (employee) => loggedGuesses(log, employee));
    this.leases = new Leases({
      file: files.leases,
      propertyId: enrolment.propertyId,
      deviceKey: keys.leaseKey,
      attempts: this.attempts,
    });
    this.glass = new Glass(clock, GLASS_TIMES, (asked, end) => {
      this.#recordGlassEnd(asked, end);
      input.onGlassEnd();
    });
    this.reveals = new RevealCounts(log, clock);
    this.admission = new Admission(slotFile, input.onAdmission);
    this.line = new DeviceLine({
      serverUrl: input.serverUrl,
      enrolment,
      identity: keys.identity,
      ...shown,
      version: input.version,
      clock,
      keep: (certificate) => writeCertificate(keyStore, certificate),
      isQuiet: input.isQuiet,
      onStanding: (standing) => void this.#take(standing),
      onWipe: input.onWipe,
      note,
    });
    this.alarm = new SilentAlarm({ slotFile, enrolment, connect: () => this.line.openTransport() });
    this.#note = note;
  }

  /** @throws StartFault, KeyStoreError, LogUnavailable, and what the file system says */
  static async open(input: WhileSealedInput): Promise<WhileSealed> {
    const { files, keys, keyStore } = input;
    const logFile = openEncryptedFile(files.accessLog, keys.logKey);
    keys.logKey.fill(0);
    if (!logFile.ok) throw new StartFault(logFaultOf(logFile.problem), 'access-log');
    const log = openLog(logFile.value, input);
    try {
      const slotFile = await openSlotFile(input, log);
      const certificate = await readCertificate(keyStore);
      const key = await readCertificateKey(keyStore, 'must-be-there');
      const sealed = new WhileSealed(input, log, slotFile, { key, certificate });
      await sealed.admission.begin();
      sealed.line.start();
      return sealed;
    } catch (error) {
      log.abandon();
      throw error;
    }
  }

  /** Seals the log and remembers its head in the keychain, so that a log cut short is noticed. @throws LogUnavailable */
  anchorLog(): Promise<void> {
    return this.#anchor(this.log.seal());
  }

  /** Seals and closes the log, and forgets the keys. */
  async close(): Promise<void> {
    await this.alarm.close();
    await this.line.close();
    this.leases.close();
    await this.slots.close();
    await this.slotFile.close();
    try {
      this.log.append({ type: 'terminal.stop', outcome: 'allowed', employeeId: null, role: null });
      const head = this.log.seal();
      this.log.close();
      await this.#anchor(head);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      this.#note('log-not-sealed', error.problem);
      this.log.abandon();
    }
  }

  /** The server has answered this terminal as one of its own. Never throws. */
  inContact(): Promise<void> {
    return this.#take('good');
  }

  async #take(standing: Standing): Promise<void> {
    try {
      await this.admission.take(standing);
    } catch (error) {
      this.#note('standing-not-kept', error instanceof KeyStoreError ? error.problem : undefined);
    }
  }

  #recordGlassEnd(asked: GlassAsked, end: GlassEnd): void {
    try {
      const { employeeId, role } = asked;
      const event = { type: 'break-glass.end', outcome: 'allowed', employeeId, role, reason: end } as const;
      this.log.append({ ...event, ...entryOf(asked) });
    } catch (error) {
      // It is whole again all the same.
      this.#note('log-unavailable', error instanceof LogUnavailable ? error.problem : undefined);
    }
  }

  #anchor(head: LogHead): Promise<void> {
    this.#anchoring = this.#anchoring
      .then(() => writeLogHead(this.keyStore, head))
      .catch((error: unknown) => {
        this.#note('log-anchor-failed', error instanceof KeyStoreError ? error.problem : undefined);
      });
    return this.#anchoring;
  }
}

type Shown = { readonly key: Buffer; readonly certificate: string | null };

/** The log of this terminal; its first entry is the enrolment, and then that there was one before, if so. @throws LogUnavailable */
function openLog(file: Database, { enrolment, keys, clock, files, begunAnew }: WhileSealedInput): AccessLog {
  try {
    const log = new AccessLog(file, enrolment.deviceId, keys.identity, clock);
    const nobody = { outcome: 'allowed', employeeId: null, role: null } as const;
    if (log.head.seq === 0) {
      log.append({ type: 'terminal.enrolled', ...nobody });
      if (hasLogAside(files))
        log.append({ type: 'terminal.begun-anew', ...nobody, outcome: 'failed', reason: begunAnew });
    }
    log.append({ type: 'terminal.start', ...nobody });
    return log;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The slot file, begun where there is none and no cache either. @throws StartFault, KeyStoreError, LogUnavailable */
async function openSlotFile(input: WhileSealedInput, log: AccessLog): Promise<SlotFile> {
  const { files, keys, keyStore, clock } = input;
  const wanted = { file: files.slots, key: keys.slotFileKey, keyStore, clock };
  const opened = await SlotFile.open(wanted);
  if (opened instanceof SlotFile) return opened;
  if (opened === 'missing' && !existsSync(files.cache)) return SlotFile.begin(wanted);
  if (opened !== 'older') throw new StartFault('wrong-key', 'slots');
  log.append({ type: 'terminal.rolled-back', outcome: 'failed', employeeId: null, role: null, reason: 'slots' });
  throw new StartFault('rolled-back', 'slots');
}
