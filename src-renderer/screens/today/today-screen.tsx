import { Alert } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StayItem, TodayView } from '../../../src-shared/ipc/views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import { hasInItsWork } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal, useView } from '../../state/stores.ts';
import { ATTENTION, type AttentionKind } from './attention.ts';
import { AttentionBar } from './attention-bar.tsx';
import { DayLists, type ListName } from './day-lists.tsx';
import { ReturnedList } from './returned-list.tsx';
import { RoomRack } from './room-rack.tsx';
import { StayList } from './stay-list.tsx';
import classes from './today.module.css';

const ask = () => call('today.view');
const askReturned = () => call('returned.list');

/** The day at the desk: who comes, who is here, who leaves, and the rooms beside it. */
export function TodayScreen() {
  const { t, i18n } = useTranslation();
  const dataVersion = useTerminal((state) => state.dataVersion);
  const { value: today, error } = useAnswer(ask, dataVersion);
  if (today === null) {
    if (error === null) return null;
    return (
      <Alert m="md" color="orange" icon={<IconAlertTriangle />}>
        {sayError(t, error, i18n.language)}
      </Alert>
    );
  }
  return <Day today={today} />;
}

function Day({ today }: { readonly today: TodayView }) {
  const { t } = useTranslation();
  const [list, setList] = useState<ListName>('arrivals');
  const [filter, setFilter] = useState('');
  const [attention, setAttention] = useState<AttentionKind | null>(null);
  const refused = useTerminal((state) => state.sync?.refusedOperations ?? 0);
  const { value, again } = useAnswer(askReturned, refused);
  const returned = value ?? [];
  const [showsReturned, setShowsReturned] = useState(true);
  const filterField = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => {
    const needed = attention === null ? null : ATTENTION[attention];
    const wanted = filter.trim().toLowerCase();
    return today[list].filter(
      (row) => (needed === null || needed.fits(row, today.businessDate)) && (wanted === '' || fits(row, wanted)),
    );
  }, [today, list, filter, attention]);

  const { go } = useView.getState();
  const role = useTerminal((state) => state.session?.employee?.role);
  const creates = role !== undefined && hasInItsWork(role, 'stay.create');
  const show = (name: ListName) => {
    setList(name);
    setAttention(null);
  };
  useHotkeys([
    ['1', () => show('arrivals')],
    ['2', () => show('inHouse')],
    ['3', () => show('departures')],
    ['/', () => filterField.current?.focus()],
    ['n', () => creates && go({ area: 'new-stay', as: 'reservation' })],
    ['w', () => creates && go({ area: 'new-stay', as: 'walk-in' })],
  ]);
  const open = useCallback((stayId: StayId) => useView.getState().go({ area: 'stay', stayId }), []);
  const openFromList = useCallback(
    (stayId: StayId) => useView.getState().go({ area: 'stay', stayId, from: list }),
    [list],
  );

  return (
    <div className={classes['today']}>
      <section className={classes['lists']} aria-label={t(`today.${list}`)}>
        <AttentionBar
          today={today}
          chosen={attention}
          onChoose={(kind) => {
            setAttention(kind);
            if (kind !== null) setList(ATTENTION[kind].list);
          }}
          returned={returned.length}
          showsReturned={showsReturned}
          onReturned={() => setShowsReturned(!showsReturned)}
        />
        {showsReturned && returned.length > 0 && <ReturnedList works={returned} onDropped={again} />}
        <DayLists
          today={today}
          list={list}
          onList={show}
          filter={filter}
          onFilter={setFilter}
          filterField={filterField}
          onNew={creates ? (as) => go({ area: 'new-stay', as }) : null}
        />
        <StayList key={list} list={list} rows={rows} filter={filter} onOpen={openFromList} />
      </section>
      <RoomRack rooms={today.rooms} onOpen={open} />
    </div>
  );
}

/** What is on the screen can be filtered by; the whole name is not. */
function fits(row: StayItem, wanted: string): boolean {
  return [row.name, row.nameLatin, row.phone, row.room, row.reservationNumber].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}
