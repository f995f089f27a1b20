import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { ClassChip } from '../../components/class-chip.tsx';
import { sayPhone } from '../../components/say-phone.ts';
import { formatMoney } from '../../i18n/format.ts';
import { markOf } from './change-mark.tsx';
import { EditableField } from './editable-field.tsx';
import classes from './stay.module.css';

/** What is typed over in its place, in this order, and how much of it there can be. */
const EDITED = [
  ['name', 200],
  ['nameLatin', 200],
  ['phone', 40],
  ['email', 254],
  ['company', 200],
  ['vehiclePlate', 16],
] as const;
type Edited = (typeof EDITED)[number][0];

interface ContactPanelProps {
  readonly record: StayRecord;
  readonly onChanged: () => void;
}

/** Basic data, in full: this record is being worked on. */
export function ContactPanel({ record, onChanged }: ContactPanelProps) {
  const { t, i18n } = useTranslation();
  const { guest, stay, marks } = record;
  const languages = new Intl.DisplayNames(i18n.language, { type: 'language' });
  const save = (field: Edited) => async (text: string) => {
    const changes = { [field]: text === '' && field !== 'name' ? null : text };
    const result = await call('guest.change', { stayId: stay.stayId, changes });
    if (result.ok) onChanged();
    return result;
  };
  const isEmail = (text: string) =>
    text === '' || z.email().safeParse(text).success ? null : t('change.emailDoesNotFit');
  return (
    <section className={classes['panel']} aria-label={t('stay.contact')}>
      <h2>
        {t('stay.contact')} <ClassChip dataClass="basic" />
      </h2>
      <dl className={classes['facts']}>
        {EDITED.map(([field, maxLength]) => (
          <EditableField
            key={field}
            name={t(`change.field.${field}`)}
            value={guest[field] ?? ''}
            shown={field === 'phone' && guest.phone !== null ? sayPhone(guest.phone) : undefined}
            mark={markOf(marks, 'guest', field)}
            mayEdit={record.may.guest}
            maxLength={maxLength}
            {...(field === 'email' && { check: isEmail })}
            onSave={save(field)}
          />
        ))}
        <Fact name={t('stay.language')}>{languages.of(guest.language)}</Fact>
        <Fact name={t('stay.document')}>{t(`documentType.${guest.documentType}`)}</Fact>
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
