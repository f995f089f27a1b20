import { Tooltip } from '@mantine/core';
import { IconClockHour4 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { useTerminal } from '../../state/stores.ts';
import classes from './shell.module.css';

const askOwn = () => call('staff.mine');

/** What whoever is signed in was granted and cannot use yet, and who completes it by unlocking. */
export function OwnGrants() {
  const { t } = useTranslation();
  const { value } = useAnswer(
    askOwn,
    useTerminal(({ dataVersion }) => dataVersion),
  );
  const waiting = value?.filter(({ state }) => state === 'waiting') ?? [];
  if (waiting.length === 0) return null;
  const what = waiting.map((grant) => (grant.class === null ? '' : t(`class.${grant.class}`))).join(t('staff.comma'));
  const names = [...new Set(waiting.flatMap(({ holders }) => holders))];
  return (
    <Tooltip
      label={names.length > 0 ? t('staff.holders', { names: names.join(t('staff.comma')) }) : t('staff.noHolder')}
    >
      <span className={classes['warn']}>
        <IconClockHour4 size={15} aria-hidden="true" />
        {t('staff.own', { what })}
      </span>
    </Tooltip>
  );
}
