import { useTranslation } from 'react-i18next';
import type { AuditView } from '../../../src-shared/ipc/audit-views.ts';
import { formatMoney } from '../../i18n/format.ts';
import classes from './audit.module.css';

/** Yesterday + debits − credits = today, by currency. */
export function TrialBalance({ balances }: Pick<AuditView, 'balances'>) {
  const { t, i18n } = useTranslation();
  return (
    <section className={classes['panel']} aria-label={t('audit.balance')}>
      <h2>{t('audit.balance')}</h2>
      {balances.length === 0 && <p className={classes['soft']}>{t('audit.noMoney')}</p>}
      {balances.map(({ currency, openingMinor, debitsMinor, creditsMinor, closingMinor }) => {
        const say = (minor: number) => formatMoney(minor, currency, i18n.language);
        return (
          <dl key={currency} className={classes['balance']}>
            <dt>{t('audit.opening')}</dt>
            <dd>{say(openingMinor)}</dd>
            <dt>+ {t('audit.debits')}</dt>
            <dd>{say(debitsMinor)}</dd>
            <dt>− {t('audit.credits')}</dt>
            <dd>{say(creditsMinor)}</dd>
            <dt>= {t('audit.closingBalance')}</dt>
            <dd>
              <b>{say(closingMinor)}</b>
            </dd>
          </dl>
        );
      })}
    </section>
  );
}
