import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { parsePhone } from '../../../src-shared/documents/phone.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { ClassChip } from '../../components/class-chip.tsx';
import { formatMoney } from '../../i18n/format.ts';
import classes from './stay.module.css';

/** Basic data, in full: this record is being worked on. */
export function ContactPanel({ record }: { readonly record: StayRecord }) {
  const { t, i18n } = useTranslation();
  const { guest, stay } = record;
  const languages = new Intl.DisplayNames(i18n.language, { type: 'language' });
  return (
    <section className={classes['panel']} aria-label={t('stay.contact')}>
      <h2>
        {t('stay.contact')} <ClassChip dataClass="basic" />
      </h2>
      <dl className={classes['facts']}>
        <Fact name={t('stay.phone')}>{guest.phone === null ? null : sayPhone(guest.phone)}</Fact>
        <Fact name={t('stay.email')}>{guest.email}</Fact>
        <Fact name={t('stay.company')}>{guest.company}</Fact>
        <Fact name={t('stay.plate')}>{guest.vehiclePlate}</Fact>
        <Fact name={t('stay.language')}>{languages.of(guest.language)}</Fact>
        <Fact name={t('stay.document')}>{t(`documentType.${guest.documentType}`)}</Fact>
        <Fact name={t('today.guests')}>
          {[
            t('today.adults', { count: stay.adults }),
            ...(stay.children > 0 ? [t('today.children', { count: stay.children })] : []),
          ].join(' · ')}
        </Fact>
        <Fact name={t('stay.rate')}>{formatMoney(record.rateMinor, record.currency, i18n.language)}</Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children ?? <i>{t('stay.none')}</i>}</dd>
    </div>
  );
}

/** As it is dialled and read aloud; grouping is left to the number's own plan. */
function sayPhone(e164: string): string {
  const parsed = parsePhone(e164);
  return parsed.ok ? parsed.value.international : e164;
}
