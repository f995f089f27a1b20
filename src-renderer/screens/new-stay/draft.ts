/** The form of a new stay: what it begins with, what main is asked with it, and which field an answer is about. */
import { parseAmount, typedAmount } from '../../../src-shared/folio/amount.ts';
import type { StayDraft } from '../../../src-shared/ipc/channels/arrivals.ts';
import type { ChannelInput, ChannelOutput } from '../../../src-shared/ipc/contract.ts';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { Must } from '../../components/minor-musts.tsx';

type Form = ChannelOutput<'stay.prepare'>;

export function emptyDraft(form: Form, as: StayDraft['as']): StayDraft {
  const [first] = form.roomTypes;
  return {
    as,
    known: null,
    name: '',
    nameLatin: '',
    phone: '',
    language: 'zh-CN',
    salutation: 'none',
    vip: false,
    doNotDisclose: false,
    arrival: form.businessDate,
    departure: dayAfter(form.businessDate, 1),
    roomType: first?.type ?? '',
    roomId: null,
    rate: first?.rateMinor == null ? '' : typedAmount(first.rateMinor, form.currency),
    adults: '1',
    children: '0',
    channel: as === 'walk-in' ? 'walk-in' : 'phone',
    document: null,
  };
}

/** The form, for somebody who stands there now, or for a day to come. */
export function takenAs(draft: StayDraft, as: StayDraft['as'], { businessDate }: Form): StayDraft {
  if (draft.as === as) return draft;
  if (as === 'reservation') return { ...draft, as, channel: 'phone', roomId: null };
  const departure = draft.departure > businessDate ? draft.departure : dayAfter(businessDate, 1);
  return { ...draft, as, channel: 'walk-in', arrival: businessDate, departure, roomId: null };
}

/** @returns the day as text; the same text where it is no day yet */
export function dayAfter(day: string, nights: number): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : new Date(at + nights * 86_400_000).toISOString().slice(0, 10);
}

/** What main is asked; or what is missing, told as main would. */
export function inputOf(
  draft: StayDraft,
  currency: string,
  musts: readonly Must[],
): IpcResult<ChannelInput<'stay.create'>> {
  const rateMinor = parseAmount(draft.rate, currency, 0);
  if (rateMinor === null) return missing('rateMinor');
  if (draft.known === null && draft.name.trim() === '') return missing('name');
  for (const day of ['arrival', 'departure'] as const) if (draft[day] === '') return missing(day);
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
  const { name, nameLatin, phone, language, salutation, vip, doNotDisclose } = draft;
  const { as, arrival, departure, roomType, roomId, channel } = draft;
  const told = { nameLatin: orNull(nameLatin), phone: orNull(phone), language, salutation, vip, doNotDisclose };
  return {
    ok: true,
    value: {
      as,
      arrival,
      departure,
      roomType,
      roomId,
      channel,
      guest:
        draft.known === null
          ? { kind: 'new', name: name.trim(), ...told }
          : { kind: 'known', guestId: draft.known.guestId },
      rateMinor,
      currency,
      adults: Number(draft.adults),
      children: Number(draft.children),
      document: draft.document?.readingId ?? null,
      musts: [...musts],
    },
  };
}

function missing(field: string): { ok: false; error: IpcError } {
  return { ok: false, error: { code: 'invalid-input', field } };
}

const FIELD_OF_RULE: { readonly [rule: string]: string } = {
  'room-taken': 'roomId',
  'room-not-ready': 'roomId',
  'unknown-room': 'roomId',
  'not-due': 'arrival',
  'before-business-date': 'arrival',
  'departure-before-arrival': 'departure',
};

/** The field an answer is about; null when it is about none. */
export function fieldOfError({ rule, field }: IpcError): string | null {
  if (rule !== undefined) return FIELD_OF_RULE[rule] ?? null;
  return field?.replace(/^guest\./, '') ?? null;
}
