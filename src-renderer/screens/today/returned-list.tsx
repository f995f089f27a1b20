import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FOLIO_RULES } from '../../../src-shared/folio/posting-rules.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { ReturnedWork } from '../../../src-shared/ipc/views.ts';
import { HOUSE_RULES } from '../../../src-shared/sync/house-rules.ts';
import { call } from '../../bridge.ts';
import { sayField } from '../../components/say-field.ts';
import { formatDay, formatTime, sayError } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import classes from './returned-list.module.css';

/** Reasons of the server that have words of their own beside the rules of the house. */
const REASONS = ['room-changed', 'unknown-guest', 'unknown-stay', 'forbidden', 'too-old'] as const;

interface ReturnedListProps {
  readonly works: readonly ReturnedWork[];
  readonly onDropped: () => void;
}

/** Work that came back: what it was, why, and the way to do it otherwise. Nothing of it is lost until somebody says so. */
export function ReturnedList({ works, onDropped }: ReturnedListProps) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const drop = async ({ operationId }: ReturnedWork) => {
    const result = await call('returned.drop', { operationId });
    setError(result.ok ? null : result.error);
    if (result.ok) onDropped();
  };
  const sayReason = (reason: string) => {
    const rule = [...HOUSE_RULES, ...FOLIO_RULES].find((name) => name === reason);
    if (rule !== undefined) return t(`change.rule.${rule}`);
    const known = REASONS.find((name) => name === reason);
    return t(`returned.reason.${known ?? 'other'}`);
  };
  const sayValue = (field: string, text: string | null) => {
    if (text === null) return t('conflicts.empty');
    return field === 'arrival' || field === 'departure' ? formatDay(text, i18n.language) : text;
  };
  return (
    <section className={classes['returned']} aria-label={t('returned.title')}>
      <h2>{t('returned.title')}</h2>
      <p>{t('returned.text')}</p>
      <ul>
        {works.map((work) => (
          <li key={work.operationId}>
            <div>
              <b>
                {[work.room, work.guest, t(`returned.kind.${work.kind}`)].filter((part) => part !== null).join(' · ')}
              </b>
              <small>
                {work.by} · {formatTime(work.at, i18n.language, 'day')}
              </small>
              {work.fields.map(({ field, text }) => (
                <span key={field}>
                  {t('returned.wanted')} {sayField(t, field)}: <b>{sayValue(field, text)}</b>
                </span>
              ))}
              <span className={classes['reason']}>{sayReason(work.reason)}</span>
            </div>
            <div className={classes['ways']}>
              {work.stayId !== null && (
                <Button
                  size="compact-sm"
                  onClick={() => work.stayId !== null && useView.getState().go({ area: 'stay', stayId: work.stayId })}
                >
                  {t('returned.open')}
                </Button>
              )}
              {work.mayDrop && (
                <Button size="compact-sm" variant="default" onClick={() => void drop(work)}>
                  {t('returned.drop')}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {error !== null && (
        <Text size="sm" c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
    </section>
  );
}
