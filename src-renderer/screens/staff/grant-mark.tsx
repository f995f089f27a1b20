import { Tooltip, UnstyledButton } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconCircleCheck, IconClockHour4, IconCloudUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { GrantView } from '../../../src-shared/ipc/views.ts';
import { formatTime } from '../../i18n/format.ts';
import classes from './staff.module.css';

const ICONS: { readonly [S in Exclude<GrantView['state'], 'none'>]: Icon } = {
  sending: IconCloudUp,
  waiting: IconClockHour4,
  complete: IconCircleCheck,
  withdrawing: IconCloudUp,
  void: IconAlertTriangle,
};

interface GrantMarkProps {
  readonly grant: GrantView;
  /** Left out where it cannot be withdrawn. */
  readonly onWithdraw?: () => void;
}

/** One right and how far it is, by whom and since when; pressed, it asks whether to withdraw it. */
export function GrantMark({ grant, onWithdraw }: GrantMarkProps) {
  const { t, i18n } = useTranslation();
  const { state, orderedBy, orderedAt, holders } = grant;
  if (state === 'none') return null;
  const StateIcon = ICONS[state];
  const since = orderedAt === null ? '' : formatTime(orderedAt, i18n.language, 'day');
  const why = [
    t(`staff.stateText.${state}`),
    orderedBy === null ? '' : t('staff.orderedBy', { name: orderedBy, since }),
    state === 'waiting' && holders.length > 0 ? t('staff.holders', { names: holders.join(t('staff.comma')) }) : '',
    onWithdraw === undefined || grant.entitlementId === null ? '' : t('staff.pressToWithdraw'),
  ].filter((line) => line !== '');
  const inside = (
    <>
      <StateIcon size={15} stroke={1.9} aria-hidden="true" />
      <span>
        {t(`staff.scope.${grant.scope}`)} · {t(`staff.state.${state}`)}
        <small>{orderedBy === null ? '' : `${orderedBy} ${since}`}</small>
      </span>
    </>
  );
  const label = <span className={classes['why']}>{why.join('\n')}</span>;
  return (
    <Tooltip label={label} openDelay={250}>
      {onWithdraw === undefined || grant.entitlementId === null || state === 'withdrawing' ? (
        <span className={classes['mark']} data-state={state}>
          {inside}
        </span>
      ) : (
        <UnstyledButton className={classes['mark']} data-state={state} onClick={onWithdraw}>
          {inside}
        </UnstyledButton>
      )}
    </Tooltip>
  );
}
