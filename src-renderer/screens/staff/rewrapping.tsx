import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StaffView } from '../../../src-shared/ipc/views.ts';
import { ClassChip } from '../../components/class-chip.tsx';
import classes from './staff.module.css';

/** How far the change of keys after a withdrawal is. Its place is kept when there is none, so that nothing jumps. */
export function Rewrapping({ epochs }: { readonly epochs: StaffView['epochs'] }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <div className={classes['rewrapping']} aria-label={t('staff.rewrap.title')} role="status">
      <b>{t('staff.rewrap.title')}</b>
      {epochs.length === 0 && <span className={classes['soft']}>{t('staff.rewrap.none')}</span>}
      {epochs.map(({ class: dataClass, total, remaining, here, unreadable }) => {
        const done = total - remaining;
        return (
          <div key={dataClass} className={classes['epoch']}>
            <ClassChip dataClass={dataClass} />
            <Progress
              w={120}
              size="sm"
              color="teal"
              value={total === 0 ? 100 : (100 * done) / total}
              aria-label={t('staff.rewrap.title')}
            />
            <span>{t('staff.rewrap.done', { done: number.format(done), total: number.format(total) })}</span>
            <span className={classes['soft']}>{t(here ? 'staff.rewrap.here' : 'staff.rewrap.waiting')}</span>
            {unreadable > 0 && (
              <span className={classes['bad']}>
                {t('staff.rewrap.unreadable', { count: unreadable, shown: number.format(unreadable) })}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}
