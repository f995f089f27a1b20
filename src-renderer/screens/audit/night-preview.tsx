import { useTranslation } from 'react-i18next';
import type { AuditView } from '../../../src-shared/ipc/audit-views.ts';
import { formatMoney } from '../../i18n/format.ts';
import classes from './audit.module.css';

/** What the night posts, room by room. */
export function NightPreview({ night }: { readonly night: AuditView['night'] }) {
  const { t, i18n } = useTranslation();
  const say = (minor: number, currency: string) => formatMoney(minor, currency, i18n.language);
  const sums = [...Map.groupBy(night, ({ currency }) => currency)].map(([currency, lines]) =>
    say(
      lines.reduce((sum, { roomMinor, taxMinor }) => sum + roomMinor + taxMinor, 0),
      currency,
    ),
  );
  return (
    <section className={classes['panel']} aria-label={t('audit.night')}>
      <h2>
        {t('audit.night')}
        {night.length > 0 && <span>{t('audit.nightCount', { count: night.length, amount: sums.join(' · ') })}</span>}
      </h2>
      {night.length === 0 ? (
        <p className={classes['soft']}>{t('audit.nightNone')}</p>
      ) : (
        <ul className={classes['night']}>
          {night.map(({ stayId, room, guest, roomMinor, taxMinor, currency, isPosted }) => (
            <li key={stayId}>
              <b>{room ?? '–'}</b>
              <bdi>{guest}</bdi>
              <span>{say(roomMinor, currency)}</span>
              <small>
                {t('audit.tax')} {say(taxMinor, currency)}
                {isPosted && ` · ${t('audit.posted')}`}
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
