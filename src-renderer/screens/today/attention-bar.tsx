import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TodayView } from '../../../src-shared/ipc/views.ts';
import { useTerminal, useView } from '../../state/stores.ts';
import { ATTENTION_KINDS, type AttentionKind, countAttention } from './attention.ts';
import classes from './today.module.css';

interface AttentionBarProps {
  readonly today: TodayView;
  readonly chosen: AttentionKind | null;
  readonly onChoose: (kind: AttentionKind | null) => void;
  /** Changes that came back, and whether they are listed. */
  readonly returned: number;
  readonly showsReturned: boolean;
  readonly onReturned: () => void;
}

/** What needs attention, on top; a press shows just those rows. */
export function AttentionBar({ today, chosen, onChoose, returned, showsReturned, onReturned }: AttentionBarProps) {
  const { t } = useTranslation();
  const refused = useTerminal((state) => state.sync?.refusedOperations ?? 0);
  const kinds = ATTENTION_KINDS.map((kind) => ({ kind, count: countAttention(today, kind) })).filter(
    ({ count }) => count > 0,
  );
  const conflicts = useTerminal((state) => state.sync?.conflicts ?? 0);
  const calm = kinds.length === 0 && refused === 0 && conflicts === 0;
  return (
    <div className={classes['attention']} data-calm={calm || undefined}>
      {calm ? <IconCircleCheck size={17} aria-hidden="true" /> : <IconAlertTriangle size={17} aria-hidden="true" />}
      <b>{calm ? t('today.calm') : t('today.attention')}</b>
      {kinds.map(({ kind, count }) => (
        <UnstyledButton
          key={kind}
          className={classes['matter']}
          aria-pressed={chosen === kind}
          onClick={() => onChoose(chosen === kind ? null : kind)}
        >
          {t(`today.${kind}`, { count })}
        </UnstyledButton>
      ))}
      {returned > 0 && (
        <UnstyledButton className={classes['matter']} aria-pressed={showsReturned} onClick={onReturned}>
          {t('today.refused', { count: returned })}
        </UnstyledButton>
      )}
      {refused > returned && (
        <UnstyledButton className={classes['matter']} onClick={() => useView.getState().go({ area: 'sync' })}>
          {t('today.refused', { count: refused - returned })}
        </UnstyledButton>
      )}
      {conflicts > 0 && (
        <UnstyledButton
          className={classes['matter']}
          onClick={() => useView.getState().go({ area: 'conflicts', conflictId: null })}
        >
          {t('conflicts.count', { count: conflicts })}
        </UnstyledButton>
      )}
    </div>
  );
}
