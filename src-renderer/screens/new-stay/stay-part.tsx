import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { typedAmount } from '../../../src-shared/folio/amount.ts';
import type { StayDraft } from '../../../src-shared/ipc/channels/arrivals.ts';
import type { ChannelOutput } from '../../../src-shared/ipc/contract.ts';
import type { RoomChoice } from '../../../src-shared/ipc/views.ts';
import { BusinessDate } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { RoomSelect } from '../../components/room-select.tsx';
import { sayFree } from '../../components/say-words.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { nightsBetween } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import { dayAfter } from './draft.ts';

interface StayPartProps {
  readonly form: ChannelOutput<'stay.prepare'>;
  readonly draft: StayDraft;
  readonly onChange: (change: Partial<StayDraft>) => void;
  /** What is wrong with a field, in words; null when nothing is. */
  readonly errorOf: (field: string) => string | null;
}

const CHANNELS = ['phone', 'direct', 'ota', 'corporate', 'group', 'walk-in'] as const;
const NO_ROOMS: readonly RoomChoice[] = [];

/** When, what for, in which room. Nights and departure follow one another; so do type and rate. */
export function StayPart({ form, draft, onChange, errorOf }: StayPartProps) {
  const { t } = useTranslation();
  const { as, arrival, departure, roomType, roomId } = draft;
  const nights = nightsBetween(arrival, departure);
  const rooms = useRooms(draft);
  const first = rooms[0];
  // Whoever walks in gets the best there is, unless somebody chooses another.
  useEffect(() => {
    if (as === 'walk-in' && roomId === null && first?.isFree === true) onChange({ roomId: first.roomId });
  }, [as, roomId, first, onChange]);
  const setType = (type: string | null) => {
    const chosen = form.roomTypes.find((one) => one.type === type);
    if (chosen === undefined) return;
    const rate = chosen.rateMinor === null ? draft.rate : typedAmount(chosen.rateMinor, form.currency);
    onChange({ roomType: chosen.type, rate, roomId: null });
  };
  return (
    <>
      <Group grow align="flex-start" gap="sm">
        <TextInput
          type="date"
          label={t('change.field.arrival')}
          readOnly={as === 'walk-in'}
          value={arrival}
          min={form.businessDate}
          error={errorOf('arrival')}
          onChange={(event) => {
            const day = event.currentTarget.value;
            const same = Number.isNaN(nights) ? 1 : Math.max(1, nights);
            onChange({ arrival: day, ...(day !== '' && { departure: dayAfter(day, same) }), roomId: null });
          }}
        />
        <NumberInput
          label={t('newStay.nights')}
          min={1}
          max={365}
          clampBehavior="strict"
          allowDecimal={false}
          value={Number.isNaN(nights) ? '' : nights}
          onChange={(value) => {
            if (Number(value) >= 1) onChange({ departure: dayAfter(arrival, Number(value)), roomId: null });
          }}
        />
        <TextInput
          type="date"
          label={t('change.field.departure')}
          value={departure}
          min={dayAfter(arrival, 1)}
          error={errorOf('departure')}
          onChange={(event) => onChange({ departure: event.currentTarget.value, roomId: null })}
        />
      </Group>
      <Group grow align="flex-start" gap="sm">
        <Select
          label={t('newStay.roomType')}
          allowDeselect={false}
          data={form.roomTypes.map(({ type }) => ({ value: type, label: sayFree(t, 'roomType', type) }))}
          value={roomType}
          onChange={setType}
        />
        <TextInput
          label={t('newStay.rate', { currency: form.currency })}
          inputMode="decimal"
          value={draft.rate}
          maxLength={20}
          error={errorOf('rateMinor') === null ? null : t('newStay.rateDoesNotFit')}
          onChange={(event) => onChange({ rate: event.currentTarget.value })}
        />
      </Group>
      <RoomSelect
        label={t('newStay.room')}
        placeholder={as === 'reservation' ? t('newStay.noRoomYet') : t('change.chooseRoom')}
        clearable={as === 'reservation'}
        rooms={rooms}
        roomId={roomId}
        onRoom={(chosen) => onChange({ roomId: chosen })}
        error={errorOf('roomId')}
        description={t('newStay.roomHint')}
      />
      <Group grow align="flex-start" gap="sm">
        {(['adults', 'children'] as const).map((field) => (
          <NumberInput
            key={field}
            label={t(`change.field.${field}`)}
            min={field === 'adults' ? 1 : 0}
            max={20}
            allowDecimal={false}
            value={draft[field]}
            error={errorOf(field) === null ? null : t('newStay.whichField')}
            onChange={(value) => onChange({ [field]: String(value) })}
          />
        ))}
        <Select
          label={t('newStay.channel')}
          allowDeselect={false}
          data={CHANNELS.map((value) => ({ value, label: sayFree(t, 'channel', value) }))}
          value={draft.channel}
          onChange={(channel) => onChange({ channel: channel ?? draft.channel })}
        />
      </Group>
    </>
  );
}

/** Rooms as they would do for the form as it stands. */
function useRooms({ as, arrival, departure, roomType }: StayDraft): readonly RoomChoice[] {
  const dataVersion = useTerminal((state) => state.dataVersion);
  const ask = useCallback(async () => {
    const days = [BusinessDate.safeParse(arrival).data, BusinessDate.safeParse(departure).data] as const;
    if (days[0] === undefined || days[1] === undefined) return { ok: true as const, value: [] as RoomChoice[] };
    return call('room.offer', { as, arrival: days[0], departure: days[1], roomType });
  }, [as, arrival, departure, roomType]);
  return useAnswer(ask, dataVersion).value ?? NO_ROOMS;
}
