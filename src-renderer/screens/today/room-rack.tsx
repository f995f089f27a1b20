import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { type Icon, IconArrowDownRight, IconArrowsDownUp, IconArrowUpRight } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RackRoom } from '../../../src-shared/ipc/views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import { sayFree } from '../../components/say-words.ts';
import classes from './room-rack.module.css';
import { RoomStatusMark } from './room-status-mark.tsx';

interface RoomRackProps {
  readonly rooms: readonly RackRoom[];
  readonly onOpen: (stayId: StayId) => void;
}

/** Every room, floor by floor: taken or free, ready or not, who leaves and who comes. An occupied room opens its stay. */
export function RoomRack({ rooms, onOpen }: RoomRackProps) {
  const { t } = useTranslation();
  const floors = useMemo(() => [...Map.groupBy(rooms, (room) => room.floor)].sort(([a], [b]) => b - a), [rooms]);
  const occupied = rooms.filter((room) => room.stayId !== null).length;
  return (
    <aside className={classes['rack']} aria-label={t('rack.title')}>
      <header className={classes['title']}>
        <b>{t('rack.title')}</b>
        <span>
          {t('rack.occupied')} {occupied} · {t('rack.vacant')} {rooms.length - occupied}
        </span>
      </header>
      <div className={classes['floors']}>
        {floors.map(([floor, onFloor]) => (
          <div key={floor} className={classes['floor']}>
            <span title={t('rack.floor', { floor })}>{floor}</span>
            {onFloor.map((room) => (
              <RackCell key={room.number} room={room} onOpen={onOpen} />
            ))}
          </div>
        ))}
      </div>
      <footer className={classes['legend']}>
        <span>
          <i data-taken="true" /> {t('rack.occupied')}
        </span>
        <span>
          <i /> {t('rack.vacant')}
        </span>
        <span>
          <IconArrowUpRight size={13} aria-hidden="true" /> {t('rack.dueOut')}
        </span>
        <span>
          <IconArrowDownRight size={13} aria-hidden="true" /> {t('rack.dueIn')}
        </span>
        <span>
          <IconArrowsDownUp size={13} aria-hidden="true" /> {t('rack.turnover')}
        </span>
        {(['inspected', 'clean', 'dirty', 'out-of-order'] as const).map((status) => (
          <span key={status}>
            <RoomStatusMark status={status} /> {t(`roomStatus.${status}`)}
          </span>
        ))}
      </footer>
    </aside>
  );
}

function RackCell({ room, onOpen }: { readonly room: RackRoom; readonly onOpen: (stayId: StayId) => void }) {
  const { t } = useTranslation();
  const { stayId } = room;
  const Traffic = trafficIcon(room);
  const words = [
    room.number,
    sayFree(t, 'roomType', room.type),
    t(stayId === null ? 'rack.vacant' : 'rack.occupied'),
    t(`roomStatus.${room.status}`),
    ...(room.departsToday ? [t('rack.dueOut')] : []),
    ...(room.arrivesToday ? [t('rack.dueIn')] : []),
  ].join(' · ');
  return (
    <UnstyledButton
      className={classes['cell']}
      data-taken={stayId !== null}
      data-status={room.status}
      disabled={stayId === null}
      tabIndex={-1}
      title={words}
      onClick={() => {
        if (stayId !== null) onOpen(stayId);
      }}
    >
      <VisuallyHidden>{words}</VisuallyHidden>
      <span aria-hidden="true">{doorOf(room)}</span>
      <span className={classes['signs']} aria-hidden="true">
        {Traffic !== null && <Traffic size={11} stroke={2.4} />}
        {(room.status === 'dirty' || room.status === 'out-of-order') && <RoomStatusMark status={room.status} />}
      </span>
    </UnstyledButton>
  );
}

/** Who leaves, who comes, or both. */
function trafficIcon({ departsToday, arrivesToday }: Pick<RackRoom, 'departsToday' | 'arrivesToday'>): Icon | null {
  if (departsToday && arrivesToday) return IconArrowsDownUp;
  if (departsToday) return IconArrowUpRight;
  return arrivesToday ? IconArrowDownRight : null;
}

/** The number without its floor, which stands at the beginning of the line. */
function doorOf({ number, floor }: Pick<RackRoom, 'number' | 'floor'>): string {
  return number.startsWith(String(floor)) ? number.slice(String(floor).length) : number;
}
