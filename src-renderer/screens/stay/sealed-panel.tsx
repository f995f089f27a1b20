import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { ClassChip } from '../../components/class-chip.tsx';
import { MaskedField } from './masked-field.tsx';
import classes from './stay.module.css';

interface SealedPanelProps {
  readonly record: StayRecord;
  readonly unlocked: boolean;
  /** A value was shown: who looked lately has changed. */
  readonly onSeen: () => void;
}

/** The sealed fields, by class. */
export function SealedPanel({ record, unlocked, onSeen }: SealedPanelProps) {
  const { t } = useTranslation();
  const groups = useMemo(() => [...Map.groupBy(record.fields, (field) => field.class)], [record.fields]);
  return (
    <section className={classes['panel']} aria-label={t('stay.sealed')}>
      <h2>{t('stay.sealed')}</h2>
      {groups.map(([dataClass, fields]) => (
        <div key={dataClass} className={classes['group']}>
          <ClassChip dataClass={dataClass} />
          {fields.map((field) => (
            <MaskedField
              key={field.field}
              stayId={record.stay.stayId}
              field={field}
              unlocked={unlocked}
              onSeen={onSeen}
            />
          ))}
        </div>
      ))}
    </section>
  );
}
