import { UnstyledButton } from '@mantine/core';
import { IconArrowsSplit, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { useView } from '../../state/stores.ts';
import classes from './change.module.css';

export type Mark = StayRecord['marks'][number];

/** Beside a value: it waits for the server, or a colleague has said otherwise and somebody must settle it. */
export function ChangeMark({ mark }: { readonly mark: Mark | undefined }) {
  const { t } = useTranslation();
  if (mark === undefined) return null;
  if (mark.state === 'waiting') {
    return (
      <span className={classes['mark']} data-state="waiting">
        <IconClock size={13} aria-hidden="true" />
        {t('change.waiting')}
      </span>
    );
  }
  return (
    <UnstyledButton
      className={classes['mark']}
      data-state="conflict"
      onClick={() => useView.getState().go({ area: 'conflicts', conflictId: mark.conflictId })}
    >
      <IconArrowsSplit size={13} aria-hidden="true" />
      {t('change.conflict')}
    </UnstyledButton>
  );
}

/** The mark of a field; a conflict before what waits. */
export function markOf(marks: readonly Mark[], entity: Mark['entity'], field: string): Mark | undefined {
  const fitting = marks.filter((mark) => mark.entity === entity && mark.field === field);
  return fitting.find(({ state }) => state === 'conflict') ?? fitting[0];
}
