import {
  Autocomplete,
  type AutocompleteProps,
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Select,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUserCheck } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StayDraft } from '../../../src-shared/ipc/channels/arrivals.ts';
import type { SearchHit } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import classes from './new-stay.module.css';

interface GuestPartProps {
  readonly draft: StayDraft;
  readonly onChange: (change: Partial<StayDraft>) => void;
  /** What is wrong with a field, in words; null when nothing is. */
  readonly errorOf: (field: string) => string | null;
}

/** Of the hotel's guests so many are offered. */
const OFFERED = 6;
/** Each search is an entry in the access log: one for a typed word, not one for each key. */
const PAUSE_MS = 300;
/** The languages that come to the desk most; any other is set on the record. */
const LANGUAGES = ['zh-CN', 'en', 'ja', 'ko', 'de', 'fr', 'ru', 'es', 'ar'] as const;

/** Who comes. Whoever types a name or a phone is offered the guests the hotel knows, as masks. */
export function GuestPart({ draft, onChange, errorOf }: GuestPartProps) {
  const { t, i18n } = useTranslation();
  const [typed, setTyped] = useState('');
  const hits = useKnownGuests(typed);
  const languages = new Intl.DisplayNames(i18n.language, { type: 'language' });
  const { known } = draft;
  if (known !== null) {
    return (
      <Group className={classes['known']} wrap="nowrap">
        <IconUserCheck size={20} aria-hidden="true" />
        <span>
          <small>{t('newStay.known')}</small>
          <b>{known.shown}</b>
        </span>
        <Button size="compact-sm" variant="default" onClick={() => onChange({ known: null, document: null })} autoFocus>
          {t('newStay.another')}
        </Button>
      </Group>
    );
  }
  const choose = (guestId: string) => {
    const hit = hits.find((one) => one.guestId === guestId);
    if (hit === undefined) return;
    onChange({ known: { guestId: hit.guestId, shown: sayHit(hit) }, document: null });
    setTyped('');
  };
  // A guest with two stays is found twice, and is one guest.
  const offered = hits.filter((hit, index) => hits.findIndex(({ guestId }) => guestId === hit.guestId) === index);
  const say = (field: string) => errorOf(field);
  const search = (field: 'name' | 'phone'): AutocompleteProps => ({
    label: t(`change.field.${field}`),
    value: draft[field],
    maxLength: GUEST_LENGTHS[field],
    data: offered.map((hit) => ({ value: hit.guestId, label: sayHit(hit) })),
    // Main has found them: by pinyin too, of which nothing is in the label.
    filter: ({ options }) => options,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (text) => {
      // What is chosen is put into the field, which then goes.
      if (offered.some((hit) => hit.guestId === text || sayHit(hit) === text)) return;
      onChange({ [field]: text });
      setTyped(text);
    },
    onOptionSubmit: choose,
    onFocus: () => setTyped(''),
  });
  return (
    <>
      <Autocomplete
        {...search('name')}
        description={t('newStay.search')}
        required
        autoFocus
        error={say('name') !== null && draft.name.trim() === '' ? t('newStay.nameFirst') : say('name')}
      />
      <Group grow align="flex-start" gap="sm">
        <Autocomplete {...search('phone')} error={say('phone')} />
        <TextInput
          label={t('change.field.nameLatin')}
          value={draft.nameLatin}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          error={say('nameLatin')}
          onChange={(event) => onChange({ nameLatin: event.currentTarget.value })}
        />
      </Group>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <div>
          <span className={classes['label']}>{t('change.field.salutation')}</span>
          <SegmentedControl
            aria-label={t('change.field.salutation')}
            value={draft.salutation}
            onChange={(value) => onChange({ salutation: SALUTATIONS.find((one) => one === value) ?? 'none' })}
            data={SALUTATIONS.map((value) => ({ value, label: t(`newStay.salutation.${value}`) }))}
          />
        </div>
        <Select
          className={classes['grow']}
          label={t('change.field.language')}
          allowDeselect={false}
          searchable
          selectFirstOptionOnChange
          data={LANGUAGES.map((value) => ({ value, label: languages.of(value) ?? value }))}
          value={draft.language}
          onChange={(language) => onChange({ language: language ?? draft.language })}
        />
      </Group>
      <Group gap="lg">
        <Checkbox
          label={t('today.vip')}
          checked={draft.vip}
          onChange={(event) => onChange({ vip: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('today.dnd')}
          checked={draft.doNotDisclose}
          onChange={(event) => onChange({ doNotDisclose: event.currentTarget.checked })}
        />
      </Group>
    </>
  );
}

const GUEST_LENGTHS = { name: 200, phone: 40 } as const;
const SALUTATIONS = ['mr', 'ms', 'none'] as const;

/** Name and phone as masks, and the last stay: enough to ask "is it you?". */
function sayHit({ name, nameLatin, phone, room, reservationNumber }: SearchHit): string {
  return [name, nameLatin, phone, room, reservationNumber].filter((part) => part !== null && part !== '').join(' · ');
}

const NOBODY: readonly SearchHit[] = [];
/** One sign finds half the hotel. */
const LEAST = 2;

function useKnownGuests(typed: string): readonly SearchHit[] {
  const [wanted] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const ask = useCallback(
    async () =>
      wanted.length < LEAST
        ? { ok: true as const, value: [] as SearchHit[] }
        : call('guest.search', { query: wanted.slice(0, 80), limit: OFFERED }),
    [wanted],
  );
  const { value } = useAnswer(ask);
  return typed.trim() === '' ? NOBODY : (value ?? NOBODY);
}
