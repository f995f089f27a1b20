/**
 * The founding of a hotel on this terminal (DESIGN §4), step by step: the code, the hotel, the officer, the holder of the keys, the recovery
 * shares, and then everything to the server at once. Class keys live from the handing out of the shares until they are sealed, which is
 * within one step; what is kept between the steps opens no guest.
 */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { AppStatus, FoundingView } from '../../src-shared/ipc/views.ts';
import type { Property } from '../../src-shared/model/entities.ts';
import type { FoundingPlace } from '../../src-shared/sync/protocol.ts';
import type { Clock } from '../clock.ts';
import type { FoundingContent } from '../sync/found.ts';
import { stepUpContent } from '../sync/step-up.ts';
import { type FirstKeys, sealFirstKeys } from '../vault/first-keys.ts';
import { fingerprintOf, makeRecoveryKey } from '../vault/recovery-key.ts';
import { ok, refuse } from './desk.ts';
import { type EnrolledPerson, enrolPerson, forgetPerson, type NewPerson } from './enrol-person.ts';
import { handOutShares } from './hand-out-shares.ts';
import type { Prompt } from './prompt.ts';
import { staffItem } from './sign-in.ts';

/** Who is enrolled in a founding, and as what. */
const FOUNDERS = { officer: 'security-officer', holder: 'duty-manager' } as const;
export type Founder = keyof typeof FOUNDERS;

/** What a founding needs of the terminal. */
interface FoundingTerminal {
  readonly status: Pick<AppStatus, 'locale'>;
  foundingPlace(code: string): Promise<IpcResult<FoundingPlace>>;
  found(request: FoundingContent): Promise<IpcResult<AppStatus>>;
}

export class Founding {
  readonly #terminal: FoundingTerminal;
  readonly #prompt: Prompt;
  readonly #clock: Clock;
  #place: { readonly code: string; readonly at: FoundingPlace } | null = null;
  #hotel: Property | null = null;
  readonly #people = new Map<Founder, EnrolledPerson>();
  #sealed: FirstKeys | null = null;

  constructor(terminal: FoundingTerminal, prompt: Prompt, clock: Clock) {
    this.#terminal = terminal;
    this.#prompt = prompt;
    this.#clock = clock;
  }

  get view(): FoundingView {
    const item = (who: Founder) => {
      const person = this.#people.get(who);
      return person === undefined ? null : staffItem(person.row);
    };
    return {
      propertyId: this.#place?.at.propertyId ?? null,
      expiresAt: this.#place?.at.expiresAt ?? null,
      hotel: this.#hotel,
      officer: item('officer'),
      holder: item('holder'),
      fingerprint: this.#sealed === null ? null : fingerprintOf(this.#sealed.recoveryKey),
    };
  }

  /** Asks the server whether the code is good; a founding that was under way with another is dropped. */
  async begin(code: string): Promise<IpcResult<FoundingView>> {
    const found = await this.#terminal.foundingPlace(code);
    if (!found.ok) return found;
    // A code that has run out is followed by another for the same hotel: what was done so far stays.
    if (this.#place?.at.propertyId !== found.value.propertyId) this.drop();
    this.#place = { code, at: found.value };
    return ok(this.view);
  }

  /** What the hotel is called and where it is. It may be corrected until its name is on the papers. */
  describe(hotel: Omit<Property, 'id' | 'policyVersion'>): IpcResult<FoundingView> {
    if (this.#place === null || this.#sealed !== null) return refuse('not-ready');
    this.#hotel = { id: this.#place.at.propertyId, policyVersion: 0, ...hotel };
    return ok(this.view);
  }

  /** Enrols one of the two in the prompt window; whoever was enrolled in that place before is forgotten. */
  async enrol(who: Founder, person: Omit<NewPerson, 'role'>): Promise<IpcResult<FoundingView>> {
    const hotel = this.#hotel;
    if (hotel === null || this.#sealed !== null) return refuse('not-ready');
    const others = [...this.#people].filter(([place]) => place !== who);
    if (others.some(([, { row }]) => row.staffNumber === person.staffNumber)) return refuse('staff-number-taken');
    return this.#prompt.converse(async (talk) => {
      const enrolled = await enrolPerson(talk, hotel, { ...person, role: FOUNDERS[who] }, this.#clock.now);
      if (talk.gone.aborted) {
        forgetPerson(enrolled);
        return refuse('cancelled');
      }
      this.#forget(who);
      this.#people.set(who, enrolled);
      return ok(this.view);
    });
  }

  /** Makes class keys and recovery key, hands the shares out, and seals the keys to the holder and to the recovery key. */
  async handOut(): Promise<IpcResult<FoundingView>> {
    const [hotel, officer, holder] = [this.#hotel, this.#people.get('officer'), this.#people.get('holder')];
    if (hotel === null || officer === undefined || holder === undefined || this.#sealed !== null) {
      return refuse('not-ready');
    }
    return this.#prompt.converse(async (talk) => {
      const recoveryKey = await makeRecoveryKey();
      try {
        const { locale: language } = this.#terminal.status;
        await handOutShares(talk, { hotel, date: hotel.businessDate, language, recoveryKey });
      } finally {
        for (const share of recoveryKey.shares) share.fill(0);
      }
      this.#sealed = await sealFirstKeys({
        propertyId: hotel.id,
        officer,
        holder: holder.row,
        recoveryKey,
        at: this.#clock.now(),
      });
      for (const { signing } of this.#people.values()) signing.fill(0);
      return ok(this.view);
    });
  }

  /** Sends everything to the server. A line that breaks loses nothing: it is sent again. */
  async send(): Promise<IpcResult<AppStatus>> {
    const [place, hotel, sealed] = [this.#place, this.#hotel, this.#sealed];
    if (place === null || hotel === null || sealed === null) return refuse('not-ready');
    const people = [...this.#people.values()];
    const founded = await this.#terminal.found({
      code: place.code,
      property: hotel,
      employees: people.map(({ row }) => row),
      stepUps: people.map(({ row, stepUp }) => ({
        employeeId: row.id,
        signingKey: row.signingKey,
        ...stepUpContent(hotel.id, row.id, stepUp),
      })),
      ...sealed,
    });
    if (founded.ok) this.drop();
    return founded;
  }

  /** Forgets everything so far. Papers that were handed out open nothing then. */
  drop(): void {
    for (const who of this.#people.keys()) this.#forget(who);
    this.#people.clear();
    this.#place = null;
    this.#hotel = null;
    this.#sealed = null;
  }

  #forget(who: Founder): void {
    const person = this.#people.get(who);
    if (person !== undefined) forgetPerson(person);
  }
}
