/**
 * The line of an enrolled terminal: the certificate it shows, renewed in time by itself, and how it stands with the server. It is there from
 * the start of the program to its end, sealed or not.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { standingText, wipeProofText } from '../../src-shared/enrolment/messages.ts';
import {
  PROTOCOL_VERSION,
  RENEW_BEFORE_MS,
  routes,
  type StandingRequest,
  StandingResponse,
  type Unsent,
} from '../../src-shared/sync/protocol.ts';
import type { Clock } from '../clock.ts';
import { requestCertificate } from '../vault/certificate-request.ts';
import type { DeviceIdentity } from '../vault/device-identity.ts';
import type { Enrolment } from '../vault/terminal-keys.ts';
import type { PendingWipe } from './prove-wipe.ts';
import { createTransport, LineError, type ServerAddress, type Transport } from './transport.ts';

/** As the server said last: `lapsed`, away for so long that it must be enrolled anew. */
export type Standing = 'good' | 'lapsed' | 'revoked';

interface DeviceLineInput {
  readonly serverUrl: string;
  readonly enrolment: Enrolment;
  readonly identity: DeviceIdentity;
  /** PKCS #8 of the certificate's key; this line's own from here on, and zeroed at close. */
  readonly key: Buffer;
  /** DER, base64; null when it was lost. */
  readonly certificate: string | null;
  readonly version: string;
  readonly clock: Clock;
  /** Keeps a new certificate. */
  readonly keep: (certificate: string) => Promise<void>;
  /** Whether nobody else asks the server anything now, so that the terminal has to, lest it miss that it was revoked. */
  readonly isQuiet: () => boolean;
  readonly onStanding: (standing: Standing) => void;
  /** It is to be wiped; the order is named in the proof. */
  readonly onWipe: (order: string) => void;
  readonly note: (event: string, cause?: string) => void;
}

const CHECK_MS = 30_000;

export class DeviceLine {
  readonly #input: DeviceLineInput;
  readonly #address: ServerAddress;
  readonly #stop = new AbortController();
  /** Those that are open and show the certificate. */
  readonly #transports = new Set<Transport>();
  #certificate: string | null;
  #asking: Promise<void> | null = null;
  #running: Promise<void> | null = null;

  constructor(input: DeviceLineInput) {
    this.#input = input;
    this.#certificate = input.certificate;
    const caPem = new X509Certificate(Buffer.from(input.enrolment.ca, 'base64')).toString();
    this.#address = { url: input.serverUrl, caPem };
  }

  /** A transport that shows the certificate, and each that follows. Whoever opens it closes it. */
  openTransport(): Transport {
    const [{ key }, certificate] = [this.#input, this.#certificate];
    const transport = createTransport(this.#address, certificate === null ? undefined : { key, certificate });
    this.#transports.add(transport);
    const close = () => {
      this.#transports.delete(transport);
      return transport.close();
    };
    return { ...transport, close };
  }

  /** When the certificate ends; 0 when there is none. */
  get certificateUntil(): number {
    if (this.#certificate === null) return 0;
    return new X509Certificate(Buffer.from(this.#certificate, 'base64')).validToDate.getTime();
  }

  /** What a wipe says to the server when there is nothing left: signed now, while there is a key. */
  proveWipe(order: string, unsent: Unsent | null, entries: number): PendingWipe {
    const { enrolment, identity } = this.#input;
    const { propertyId, deviceId } = enrolment;
    const said = { propertyId, deviceId, order, unsent, entries };
    const signature = identity.sign(Buffer.from(wipeProofText(said)));
    const { url: serverUrl, caPem } = this.#address;
    return { serverUrl, caPem, proof: { protocol: PROTOCOL_VERSION, ...said, signature } };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Asks the server how this terminal stands, and for the next certificate when that is due. Never throws; one question at a time. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#asking;
    await this.#running;
    this.#input.key.fill(0);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#isDue() || this.#input.isQuiet()) await this.ask();
      // Jitter, so that the terminals of a hotel do not ask in step.
      await wait(CHECK_MS * (0.75 + Math.random() * 0.5), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #isDue(): boolean {
    return this.certificateUntil - this.#input.clock.now() < RENEW_BEFORE_MS;
  }

  async #ask(): Promise<void> {
    const { clock, note, onStanding, onWipe } = this.#input;
    // Without the certificate: it may have ended, and the server speaks to nobody who shows one that has.
    const transport = createTransport(this.#address);
    try {
      let answer = await this.#send(transport, clock.now());
      if (answer.standing === 'clock-off') answer = await this.#send(transport, answer.serverTime);
      if (answer.standing === 'clock-off') return;
      if (answer.standing === 'good' && answer.certificate !== null) await this.#take(answer.certificate);
      if (this.#stop.signal.aborted) return;
      if (answer.standing === 'wipe') onWipe(answer.order);
      else onStanding(answer.standing);
    } catch (error) {
      if (!(error instanceof LineError))
        note('certificate-not-renewed', error instanceof Error ? error.name : undefined);
    } finally {
      await transport.close();
    }
  }

  async #send(transport: Transport, at: number): Promise<StandingResponse> {
    const { enrolment, identity, key, version } = this.#input;
    const { propertyId, deviceId } = enrolment;
    const request: Omit<StandingRequest, 'signature'> = {
      protocol: PROTOCOL_VERSION,
      propertyId,
      deviceId,
      certificateRequest: this.#isDue() ? await requestCertificate(key) : null,
      version,
      at: Math.round(at),
      nonce: randomBytes(16).toString('base64'),
    };
    const signature = identity.sign(Buffer.from(standingText(request)));
    return transport.post(routes.standing, { ...request, signature }, StandingResponse, this.#stop.signal);
  }

  /** On the disk before it is shown. */
  async #take(certificate: string): Promise<void> {
    const { key, keep, note } = this.#input;
    await keep(certificate);
    this.#certificate = certificate;
    for (const transport of this.#transports) transport.show({ key, certificate });
    note('certificate-renewed');
  }
}
