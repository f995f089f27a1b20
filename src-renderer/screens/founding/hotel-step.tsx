import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelInput } from '../../../src-shared/ipc/contract.ts';
import type { FoundingView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { type Take, useTaking } from './use-taking.ts';

type Hotel = ChannelInput<'founding.hotel'>;

interface HotelStepProps {
  readonly view: FoundingView;
  readonly take: Take;
}

/** What the hotel is called, where it is, and which day is being worked on. */
export function HotelStep({ view, take }: HotelStepProps) {
  const { t, i18n } = useTranslation();
  const [hotel, setHotel] = useState<Hotel>(hotelHere);
  const { working, error, send } = useTaking(take);
  const set = (change: Partial<Hotel>) => setHotel((before) => ({ ...before, ...change }));
  const countries = useMemo(() => countriesIn(i18n.language), [i18n.language]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(() => call('founding.hotel', { ...hotel, name: hotel.name.trim(), nameLatin: hotel.nameLatin.trim() }));
  };
  const text = (field: 'name' | 'nameLatin') => ({
    value: hotel[field],
    maxLength: 200,
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text c="dimmed">{t('founding.hotelText', { id: view.propertyId })}</Text>
        <Group grow>
          <TextInput label={t('founding.name')} autoFocus required {...text('name')} />
          <TextInput label={t('founding.nameLatin')} {...text('nameLatin')} />
        </Group>
        <Group grow>
          <Select
            label={t('founding.country')}
            searchable
            allowDeselect={false}
            data={countries}
            value={hotel.country}
            onChange={(country) => set({ country: country ?? hotel.country })}
          />
          <Select
            label={t('founding.timeZone')}
            searchable
            allowDeselect={false}
            data={TIME_ZONES}
            value={hotel.timeZone}
            onChange={(timeZone) => set({ timeZone: timeZone ?? hotel.timeZone })}
          />
        </Group>
        <TextInput
          label={t('founding.businessDate')}
          type="date"
          required
          w={200}
          value={hotel.businessDate}
          onChange={(event) => set({ businessDate: event.currentTarget.value })}
        />
        {error !== null && (
          <Text c="var(--bad)" size="sm" role="alert">
            {sayError(t, error, i18n.language)}
          </Text>
        )}
        <Button type="submit" loading={working} disabled={hotel.name.trim() === '' || hotel.businessDate === ''}>
          {t('founding.next')}
        </Button>
      </Stack>
    </form>
  );
}

/** This machine's own zone first: a terminal stands in its hotel. */
const TIME_ZONES = Intl.supportedValuesOf('timeZone');

function hotelHere(): Hotel {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    name: '',
    nameLatin: '',
    timeZone: TIME_ZONES.includes(timeZone) ? timeZone : 'Asia/Shanghai',
    country: 'CN',
    businessDate: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
  };
}

/** Codes that the names know but that are no country: groups of countries, and places for tests. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** ISO 3166-1 as the page's own names of regions have it. */
function countriesIn(language: string): { readonly value: string; readonly label: string }[] {
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NO_COUNTRY.has(code))
    .flatMap((value) => {
      const label = names.of(value);
      return label === undefined ? [] : [{ value, label: `${label} · ${value}` }];
    });
}
