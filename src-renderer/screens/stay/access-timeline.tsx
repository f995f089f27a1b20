import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LogItem } from '../../../src-shared/ipc/views.ts';
import { describeEvent, sayReason, withoutBeginnings } from '../../components/describe-event.ts';
import { formatTime } from '../../i18n/format.ts';
import classes from './stay.module.css';

/** How it ended where that is worth a word: the cause if it has one, else that it was refused or failed. */
function sayEnd(t: TFunction, { outcome, reason }: LogItem): string {
  const why = sayReason(t, reason) ?? (outcome === 'allowed' ? null : t(`log.outcomes.${outcome}`));
  return why === null ? '' : ` · ${why}`;
}

/** Who looked at this record lately, for everybody who works on it to see. */
export function AccessTimeline({ entries }: { readonly entries: readonly LogItem[] }) {
  const { t, i18n } = useTranslation();
  return (
    <section className={classes['panel']} aria-label={t('stay.recent')}>
      <h2>{t('stay.recent')}</h2>
      <ol className={classes['timeline']}>
        {withoutBeginnings(entries).map((entry) => (
          <li key={entry.seq} data-outcome={entry.outcome} data-reveal={entry.type === 'field.reveal' || undefined}>
            <span>
              {describeEvent(t, entry)}
              {entry.purpose !== null && ` · ${t(`purpose.${entry.purpose}`)}`}
              {sayEnd(t, entry)}
            </span>
            <small>
              {entry.employee} · {formatTime(entry.at, i18n.language, 'day')}
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
