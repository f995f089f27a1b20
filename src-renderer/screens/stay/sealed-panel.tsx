import { Button } from '@mantine/core';
import { IconUrgent } from '@tabler/icons-react';
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
  /** A duty manager asks to break the glass. */
  readonly onAskGlass: () => void;
}

/** The sealed fields, by class. */
export function SealedPanel({ record, unlocked, onSeen, onAskGlass }: SealedPanelProps) {
  const { t } = useTranslation();
  const groups = useMemo(() => [...Map.groupBy(record.fields, (field) => field.class)], [record.fields]);
  return (
    <section className={classes['panel']} aria-label={t('stay.sealed')}>
      <h2>
        {t('stay.sealed')}
        {record.glass?.state.name === 'whole' && record.glass.begin.allowed && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconUrgent size={14} aria-hidden="true" />}
            onClick={onAskGlass}
          >
            {t('glass.ask')}
          </Button>
        )}
      </h2>
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
