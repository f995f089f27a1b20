import { Button, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type FormEvent, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { ConflictItem, ConflictView } from '../../../src-shared/ipc/views.ts';
import { ROOM_STATUSES } from '../../../src-shared/model/entities.ts';
import { GUEST_SEALED_FIELDS } from '../../../src-shared/model/registry.ts';
import { call } from '../../bridge.ts';
import { sayField } from '../../components/say-field.ts';
import { sayPhone } from '../../components/say-phone.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { formatDay, formatTime, sayError } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import classes from './conflicts.module.css';

interface ConflictDetailProps {
  readonly item: ConflictItem;
  /** Grows when rows changed: either value may have. */
  readonly version: number;
  readonly onSettled: () => void;
}

const SIDES = ['held', 'brought'] as const;

/** Both values side by side, with who, where and when; one is chosen, or for text one is made of both. */
export function ConflictDetail({ item, version, onSettled }: ConflictDetailProps) {
  const { t, i18n } = useTranslation();
  const ask = useCallback(() => call('conflict.open', { conflictId: item.id }), [item.id]);
  const { value: conflict, error: missing, again } = useAnswer(ask, version);
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const settle = async (choice: 'held' | 'brought' | 'combined') => {
    if (conflict === null || !conflict.maySettle) return;
    const combined = choice === 'combined' ? { text: text ?? '' } : {};
    const result = await call('conflict.settle', { conflictId: item.id, seq: conflict.seq, choice, ...combined });
    setError(result.ok ? null : result.error);
    // Whatever has changed meanwhile is shown before it is chosen.
    if (result.ok) onSettled();
    else again();
  };
  useHotkeys([
    ['1', () => void settle('held')],
    ['2', () => void settle('brought')],
  ]);
  if (conflict === null) {
    return missing === null ? null : <Text p="md">{sayError(t, missing, i18n.language)}</Text>;
  }
  const { stayId } = conflict;
  const isSealed = GUEST_SEALED_FIELDS.some((name) => conflict.entity === 'guest' && name === conflict.field);
  const combine = (event: FormEvent) => {
    event.preventDefault();
    if ((text ?? '').trim() !== '') void settle('combined');
  };
  return (
    <article className={classes['detail']}>
      <header>
        <h2>{sayField(t, conflict.field)}</h2>
        {stayId !== null && (
          <Button size="compact-sm" variant="default" onClick={() => useView.getState().go({ area: 'stay', stayId })}>
            {conflict.guest ?? conflict.room}
          </Button>
        )}
      </header>
      <p>{t('conflicts.text')}</p>
      <div className={classes['sides']}>
        {SIDES.map((side, index) => (
          <section key={side} aria-label={t(`conflicts.${side}`)}>
            <h3>{t(`conflicts.${side}`)}</h3>
            <output>
              <bdi>{sayValue(conflict, side)}</bdi>
            </output>
            <small>
              {t('conflicts.by', {
                who: conflict[side].by ?? t('conflicts.unknown'),
                terminal: conflict[side].terminal ?? t('conflicts.unknown'),
                time: conflict[side].at === null ? '–' : formatTime(conflict[side].at, i18n.language, 'day'),
              })}
            </small>
            <Button
              variant={side === 'held' ? 'default' : 'filled'}
              disabled={!conflict.maySettle}
              rightSection={<kbd>{index + 1}</kbd>}
              onClick={() => void settle(side)}
            >
              {t('conflicts.choose')}
            </Button>
          </section>
        ))}
      </div>
      {conflict.isCombinable && conflict.maySettle && (
        <form className={classes['combine']} onSubmit={combine}>
          <TextInput
            label={t('conflicts.combine')}
            value={text ?? ''}
            placeholder={[conflict.held.text, conflict.brought.text].filter((part) => part !== null).join(' / ')}
            maxLength={200}
            onChange={(event) => setText(event.currentTarget.value)}
            spellCheck={false}
          />
          <Button type="submit" variant="default" disabled={(text ?? '').trim() === ''}>
            {t('conflicts.combineSave')}
          </Button>
        </form>
      )}
      {isSealed && <p>{t('conflicts.sealed')}</p>}
      {!conflict.maySettle && <p>{t('conflicts.mayNot')}</p>}
      {error !== null && (
        <Text size="sm" c="var(--bad)" role="alert">
          {error.code === 'not-found' ? t('conflicts.moved') : sayError(t, error, i18n.language)}
        </Text>
      )}
    </article>
  );

  function sayValue({ field, entity, ...sides }: ConflictView, side: (typeof SIDES)[number]): string {
    const { text: value } = sides[side];
    if (value === null) return t('conflicts.empty');
    const status = ROOM_STATUSES.find((name) => entity === 'room' && field === 'status' && name === value);
    if (status !== undefined) return t(`roomStatus.${status}`);
    if (entity === 'guest' && field === 'phone') return sayPhone(value);
    return field === 'arrival' || field === 'departure' ? formatDay(value, i18n.language) : value;
  }
}
