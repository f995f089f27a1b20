import { Button, Text, TextInput } from '@mantine/core';
import { IconCircle, IconCircleCheck, IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditView } from '../../../src-shared/ipc/audit-views.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { call } from '../../bridge.ts';
import { formatDay, sayError } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import classes from './audit.module.css';

type Step = AuditView['steps'][number];
type Reasons = Readonly<Record<string, string>>;

const REASON_LEAST = 3;

/** Done, or left open with a reason where that may be. */
export function isAnswered({ step, count, isBlocking }: Step, reasons: Reasons): boolean {
  return count === 0 || (!isBlocking && (reasons[step] ?? '').trim().length >= REASON_LEAST);
}

interface AuditStepsProps {
  readonly audit: AuditView;
  readonly reasons: Reasons;
  readonly onReason: (step: Step['step'], reason: string) => void;
  readonly onChanged: () => void;
}

/** What is looked at before a day is closed: what is done, and what is open, with the guests it is about. */
export function AuditSteps({ audit, reasons, onReason, onChanged }: AuditStepsProps) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const noShow = async (stay: Step['stays'][number]) => {
    const result = await call('audit.noShow', { stayId: stay.stayId });
    setError(result.ok ? null : result.error);
    if (result.ok) onChanged();
  };
  return (
    <section className={classes['panel']} aria-label={t('audit.steps')}>
      <h2>{t('audit.steps')}</h2>
      <ol className={classes['steps']}>
        {audit.steps.map((one) => (
          <li key={one.step} data-open={one.count > 0 || undefined} data-blocking={one.isBlocking || undefined}>
            <div className={classes['step']}>
              <StepIcon step={one} isAnswered={isAnswered(one, reasons)} />
              <b>{t(`audit.step.${one.step}`)}</b>
              <span>
                {one.count === 0
                  ? t('audit.done')
                  : one.isBlocking
                    ? t('audit.blocking')
                    : t('audit.open', { count: one.count })}
              </span>
            </div>
            {one.count > 0 && (
              <Text size="sm" c="dimmed">
                {t(`audit.help.${one.step}`)}
              </Text>
            )}
            {one.stays.length > 0 && (
              <ul className={classes['stays']}>
                {one.stays.map((stay) => (
                  <li key={stay.stayId}>
                    <b>{stay.room ?? '–'}</b>
                    <bdi>{stay.guest}</bdi>
                    <span>{stay.reservationNumber}</span>
                    <span>{formatDay(stay.departure, i18n.language)}</span>
                    {one.step === 'arrivals' && audit.may.noShow && (
                      <Button size="compact-xs" variant="default" onClick={() => void noShow(stay)}>
                        {t('audit.noShow')}
                      </Button>
                    )}
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`${t('audit.look')} ${stay.reservationNumber}`}
                      onClick={() => useView.getState().go({ area: 'stay', stayId: stay.stayId })}
                    >
                      {t('audit.look')}
                    </Button>
                  </li>
                ))}
              </ul>
            )}
            {one.count > 0 && !one.isBlocking && (
              <TextInput
                mt={4}
                size="xs"
                label={t('audit.waive')}
                aria-label={`${t(`audit.step.${one.step}`)}: ${t('audit.waive')}`}
                placeholder={t('audit.waiveHint')}
                maxLength={200}
                autoComplete="off"
                value={reasons[one.step] ?? ''}
                onChange={(event) => onReason(one.step, event.currentTarget.value)}
              />
            )}
          </li>
        ))}
      </ol>
      {error !== null && (
        <Text size="sm" c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
    </section>
  );
}

function StepIcon({ step, isAnswered }: { readonly step: Step; readonly isAnswered: boolean }) {
  if (step.count === 0) return <IconCircleCheck size={18} aria-hidden="true" />;
  return step.isBlocking || isAnswered ? (
    <IconHandStop size={18} aria-hidden="true" />
  ) : (
    <IconCircle size={18} aria-hidden="true" />
  );
}
