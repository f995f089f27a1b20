import { Button, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { formatDay } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import classes from './stay.module.css';

const SHOWN_FIRST = 4;

/** The guest's other stays, newest first; each opens. */
export function OtherStays({ stays }: { readonly stays: StayRecord['otherStays'] }) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(stays.length <= SHOWN_FIRST + 1);
  return (
    <section className={classes['panel']} aria-label={t('stay.otherStays')}>
      <h2>{t('stay.otherStays')}</h2>
      {(all ? stays : stays.slice(0, SHOWN_FIRST)).map((stay) => (
        <UnstyledButton
          key={stay.stayId}
          className={classes['other']}
          onClick={() => useView.getState().go({ area: 'stay', stayId: stay.stayId })}
        >
          <span>
            {formatDay(stay.arrival, i18n.language, 'long')} – {formatDay(stay.departure, i18n.language)}
          </span>
          <span>
            {stay.room} {t(`stayStatus.${stay.status}`)}
          </span>
        </UnstyledButton>
      ))}
      {!all && (
        <Button variant="subtle" size="compact-sm" fullWidth onClick={() => setAll(true)}>
          {t('stay.allStays', { count: stays.length })}
        </Button>
      )}
    </section>
  );
}
