import { Alert, Text, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConflictItem } from '../../../src-shared/ipc/views.ts';
import type { ConflictId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { sayField } from '../../components/say-field.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { formatTime, sayError } from '../../i18n/format.ts';
import { useTerminal, useView } from '../../state/stores.ts';
import { ConflictDetail } from './conflict-detail.tsx';
import classes from './conflicts.module.css';

const ask = () => call('conflict.list');
const back = () => useView.getState().go({ area: 'today' });

/** Fields that two have changed: the list on the left, both values of one on the right. Arrows move, 1 and 2 choose. */
export function ConflictsScreen({ first }: { readonly first: ConflictId | null }) {
  const { t, i18n } = useTranslation();
  const dataVersion = useTerminal((state) => state.dataVersion);
  const { value: items, error, again } = useAnswer(ask, dataVersion);
  const [chosen, setChosen] = useState<ConflictId | null>(first);
  const at = Math.max(0, items?.findIndex(({ id }) => id === chosen) ?? 0);
  const shown = items?.[at] ?? null;
  const move = (to: number) => setChosen(items?.[Math.min(items.length - 1, Math.max(0, to))]?.id ?? null);
  useHotkeys([
    ['Escape', back],
    ['ArrowDown', () => move(at + 1)],
    ['ArrowUp', () => move(at - 1)],
  ]);
  if (items === null) {
    return (
      error !== null && (
        <Alert m="md" color="orange" icon={<IconAlertTriangle />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )
    );
  }
  return (
    <section className={classes['conflicts']} aria-label={t('conflicts.title')}>
      <nav className={classes['list']} aria-label={t('conflicts.title')}>
        <h1>
          {t('conflicts.title')} <small>{items.length}</small>
        </h1>
        {items.map((item) => (
          <UnstyledButton
            key={item.id}
            className={classes['item']}
            aria-current={item.id === shown?.id || undefined}
            onClick={() => setChosen(item.id)}
          >
            <b>{sayWhose(t, item)}</b>
            <span>{sayField(t, item.field)}</span>
            <small>{formatTime(item.openedAt, i18n.language, 'day')}</small>
          </UnstyledButton>
        ))}
        {items.length === 0 && (
          <Text c="dimmed" ta="center" py="xl">
            {t('conflicts.none')}
          </Text>
        )}
        <footer>{t('conflicts.keys')}</footer>
      </nav>
      {shown !== null && <ConflictDetail key={shown.id} item={shown} version={dataVersion} onSettled={again} />}
    </section>
  );
}

function sayWhose(t: TFunction, { guest, room }: ConflictItem): string {
  const parts = [room === null ? null : t('conflicts.room', { room }), guest];
  return parts.filter((part) => part !== null).join(' · ') || '–';
}
