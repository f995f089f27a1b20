import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconCalendarPlus, IconFilter } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { TodayView } from '../../../src-shared/ipc/views.ts';
import classes from './today.module.css';

const LISTS = ['arrivals', 'inHouse', 'departures'] as const;
export type ListName = (typeof LISTS)[number];

interface DayListsProps {
  readonly today: TodayView;
  readonly list: ListName;
  readonly onList: (list: ListName) => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly filterField: RefObject<HTMLInputElement | null>;
  /** Begins a new stay; null for whoever makes none. */
  readonly onNew: ((as: 'reservation' | 'walk-in') => void) | null;
}

/** Which list, and the filter that narrows it. */
export function DayLists({ today, list, onList, filter, onFilter, filterField, onNew }: DayListsProps) {
  const { t } = useTranslation();
  return (
    <div className={classes['choose']}>
      <SegmentedControl
        aria-label={t('area.today')}
        value={list}
        onChange={(value) => onList(value as ListName)}
        data={LISTS.map((name, index) => ({
          value: name,
          label: (
            <span className={classes['tab']}>
              {t(`today.${name}`)} <b>{today[name].length}</b> <kbd>{index + 1}</kbd>
            </span>
          ),
        }))}
      />
      {onNew !== null && (
        <Group gap={6} className={classes['new']} wrap="nowrap">
          {(['reservation', 'walk-in'] as const).map((as) => (
            <Button
              key={as}
              size="compact-sm"
              variant="default"
              leftSection={<IconCalendarPlus size={15} aria-hidden="true" />}
              rightSection={<kbd>{as === 'reservation' ? 'N' : 'W'}</kbd>}
              onClick={() => onNew(as)}
            >
              {t(`newStay.button.${as}`)}
            </Button>
          ))}
        </Group>
      )}
      <TextInput
        ref={filterField}
        className={classes['filter']}
        aria-label={t('today.filter')}
        placeholder={t('today.filter')}
        leftSection={<IconFilter size={15} aria-hidden="true" />}
        rightSection={<kbd>/</kbd>}
        value={filter}
        onChange={(event) => onFilter(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          onFilter('');
          event.currentTarget.blur();
        }}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}
