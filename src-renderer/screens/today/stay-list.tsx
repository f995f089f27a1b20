import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StayItem } from '../../../src-shared/ipc/views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import type { ListName } from './day-lists.tsx';
import classes from './stay-list.module.css';
import { StayRow } from './stay-row.tsx';

const ROW_PX = 38;
/** The head of the list stays in view, over the rows. */
const HEAD_PX = 32;
const PAGE_ROWS = 12;
const COLUMNS = ['room', 'guest', 'phone', 'dates', 'guests', 'reservation', 'channel'] as const;

interface StayListProps {
  readonly list: ListName;
  readonly rows: readonly StayItem[];
  readonly filter: string;
  readonly onOpen: (stayId: StayId) => void;
}

/** A list of stays: arrows move, Enter opens; only what is in view is drawn. */
export function StayList({ list, rows, filter, onOpen }: StayListProps) {
  const { t } = useTranslation();
  const viewport = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const chosen = Math.min(at, rows.length - 1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  useEffect(() => {
    // The arrows work at once, unless the person is typing somewhere already.
    if (document.activeElement === document.body) viewport.current?.focus({ preventScroll: true });
  }, []);

  const move = (to: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, to));
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[chosen];
    if (event.key === 'Enter' && row !== undefined) onOpen(row.stayId);
    const to = {
      ArrowDown: chosen + 1,
      ArrowUp: chosen - 1,
      PageDown: chosen + PAGE_ROWS,
      PageUp: chosen - PAGE_ROWS,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };

  const current = rows[chosen];
  // A list is one stop of the Tab key; the arrows move within it. Where there is nothing to choose from there is no list (ARIA 1.2, listbox).
  const asList =
    current === undefined
      ? {}
      : {
          role: 'listbox',
          'aria-label': t(`today.${list}`),
          tabIndex: 0,
          'aria-activedescendant': `stay-${current.stayId}`,
          onKeyDown,
        };

  return (
    <div className={classes['list']}>
      <div ref={viewport} className={classes['viewport']} {...asList}>
        <div className={classes['head']} aria-hidden="true">
          {COLUMNS.map((column) => (
            <span key={column}>{t(`today.${column}`)}</span>
          ))}
        </div>
        {rows.length === 0 && (
          <Text c="dimmed" ta="center" py="xl" role="status">
            {filter.trim() === '' ? t('today.none') : t('today.noneFiltered', { filter })}
          </Text>
        )}
        <div className={classes['rows']} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <StayRow
                  key={row.stayId}
                  row={row}
                  list={list}
                  top={start - HEAD_PX}
                  chosen={index === chosen}
                  onOpen={() => onOpen(row.stayId)}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
