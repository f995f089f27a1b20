import { Button, Table } from '@mantine/core';
import { IconAlertCircle, IconBan, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LogItem } from '../../../src-shared/ipc/views.ts';
import { describeEvent, sayReason } from '../../components/describe-event.ts';
import { RowTable } from '../../components/row-table.tsx';
import { formatTime } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import classes from './log.module.css';

const OUTCOME_ICONS: { readonly [O in LogItem['outcome']]: typeof IconCheck } = {
  allowed: IconCheck,
  refused: IconBan,
  failed: IconAlertCircle,
};
const HASH_SHOWN = 8;
const COLUMNS = ['time', 'who', 'what', 'about', 'purpose', 'outcome', 'entry'] as const;

interface LogTableProps {
  readonly items: readonly LogItem[];
  readonly edge: 'within' | 'window';
  /** Left out at the end of the log. */
  readonly onMore?: () => void;
}

/** The entries; one about a stay leads there. */
export function LogTable({ items, edge, onMore }: LogTableProps) {
  const { t } = useTranslation();
  return (
    <RowTable
      columns={COLUMNS.map((key) => ({ key, label: t(`log.${key}`) }))}
      none={items.length === 0 ? t('log.none') : null}
      edge={edge}
      foot={
        onMore !== undefined &&
        items.length > 0 && (
          <Button variant="subtle" fullWidth onClick={onMore}>
            {t('action.more')}
          </Button>
        )
      }
      highlightOnHover
      verticalSpacing={7}
    >
      {items.map((item) => (
        <LogRow key={item.seq} item={item} />
      ))}
    </RowTable>
  );
}

function LogRow({ item }: { readonly item: LogItem }) {
  const { t, i18n } = useTranslation();
  const Icon = OUTCOME_ICONS[item.outcome];
  const { stayId } = item;
  return (
    <Table.Tr>
      <Table.Td className={classes['soft']}>{formatTime(item.at, i18n.language, 'day')}</Table.Td>
      <Table.Td>
        {item.employee ?? '–'} {item.role !== null && <span className={classes['soft']}>{t(`role.${item.role}`)}</span>}
      </Table.Td>
      <Table.Td>{describeEvent(t, item)}</Table.Td>
      <Table.Td>
        {stayId === null || item.guest === null ? (
          (item.guest ?? item.about)
        ) : (
          <button
            type="button"
            className={classes['link']}
            onClick={() => useView.getState().go({ area: 'stay', stayId })}
          >
            {item.guest}
          </button>
        )}
      </Table.Td>
      <Table.Td>{item.purpose !== null && t(`purpose.${item.purpose}`)}</Table.Td>
      <Table.Td>
        <span className={classes['outcome']} data-outcome={item.outcome}>
          <Icon size={15} aria-hidden="true" />
          {t(`log.outcomes.${item.outcome}`)}
          <span className={classes['soft']}>{sayReason(t, item.reason)}</span>
        </span>
      </Table.Td>
      <Table.Td className={classes['soft']} title={item.hash}>
        #{item.seq} <code>{item.hash.slice(0, HASH_SHOWN)}</code>
      </Table.Td>
    </Table.Tr>
  );
}
