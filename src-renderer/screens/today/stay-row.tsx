import { useTranslation } from 'react-i18next';
import type { StayItem } from '../../../src-shared/ipc/views.ts';
import { GuestTags } from '../../components/guest-tags.tsx';
import { sayFree } from '../../components/say-words.ts';
import { formatDay, nightsBetween } from '../../i18n/format.ts';
import type { ListName } from './day-lists.tsx';
import { RoomStatusMark } from './room-status-mark.tsx';
import classes from './stay-list.module.css';

interface StayRowProps {
  readonly row: StayItem;
  readonly list: ListName;
  readonly top: number;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}

/** One stay in a list: room and its state, who (masked), when, how many, from where. */
export function StayRow({ row, list, top, chosen, onOpen }: StayRowProps) {
  const { t, i18n } = useTranslation();
  return (
    // The list has the keyboard (ARIA listbox pattern).
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={`stay-${row.stayId}`}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={classes['row']}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <span className={classes['room']}>
        {row.room ?? <i>{t('today.unassigned')}</i>}
        {list === 'arrivals' && row.roomStatus !== null && <RoomStatusMark status={row.roomStatus} />}
      </span>
      <span className={classes['guest']}>
        <b>
          <bdi>{row.name}</bdi>
        </b>
        {row.nameLatin !== null && (
          <small>
            <bdi>{row.nameLatin}</bdi>
          </small>
        )}
        <GuestTags guest={row} form="signs" />
      </span>
      <span className={classes['soft']}>{row.phone}</span>
      <span>
        {formatDay(row.arrival, i18n.language)} – {formatDay(row.departure, i18n.language)}
        <small> {t('today.nights', { count: nightsBetween(row.arrival, row.departure) })}</small>
      </span>
      <span title={`${t('today.adults', { count: row.adults })} · ${t('today.children', { count: row.children })}`}>
        {row.adults}
        {row.children > 0 && ` + ${row.children}`}
      </span>
      <span className={classes['soft']}>{row.reservationNumber}</span>
      <span className={classes['soft']}>{sayFree(t, 'channel', row.channel)}</span>
    </div>
  );
}
