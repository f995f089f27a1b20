import { useTranslation } from 'react-i18next';
import type { AuditView } from '../../../src-shared/ipc/audit-views.ts';
import { formatDay, formatMoney, formatTime } from '../../i18n/format.ts';
import classes from './audit.module.css';

/** The report of the day that was closed last: figures, and what was left open and why. */
export function LastClose({ close }: { readonly close: NonNullable<AuditView['last']> }) {
  const { t, i18n } = useTranslation();
  return (
    <section className={classes['panel']} aria-label={t('audit.last', { day: formatDay(close.id, i18n.language) })}>
      <h2>
        {t('audit.last', { day: formatDay(close.id, i18n.language) })}
        <span>{t('audit.lastBy', { by: close.by, when: formatTime(close.at, i18n.language, 'date') })}</span>
      </h2>
      <dl className={classes['balance']}>
        <dt>{t('audit.lastRooms')}</dt>
        <dd>{close.rooms}</dd>
        <dt>{t('audit.lastNoShows')}</dt>
        <dd>{close.noShows}</dd>
        {close.balances.flatMap(({ currency, debitsMinor, creditsMinor, closingMinor }) =>
          (
            [
              ['debits', debitsMinor],
              ['credits', creditsMinor],
              ['closingBalance', closingMinor],
            ] as const
          ).flatMap(([name, minor]) => [
            <dt key={`${currency}${name}`}>{t(`audit.${name}`)}</dt>,
            <dd key={`${currency}${name}-amount`}>{formatMoney(minor, currency, i18n.language)}</dd>,
          ]),
        )}
      </dl>
      {close.waived.length > 0 && (
        <ul className={classes['waived']}>
          {close.waived.map(({ step, reason }) => (
            <li key={step}>
              {t('audit.lastWaived')}: {t(`audit.step.${step}`)}
              <small>{reason}</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
