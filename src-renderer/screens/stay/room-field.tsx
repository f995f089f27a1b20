import { Select, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { RoomChoice, StayRecord } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { sayFree } from '../../components/say-words.ts';
import { sayError } from '../../i18n/format.ts';
import classes from './change.module.css';
import { ChangeMark, markOf } from './change-mark.tsx';

interface RoomFieldProps {
  readonly record: StayRecord;
  readonly mayEdit: boolean;
  readonly onChanged: () => void;
}

/** The room of a stay. The list has those that are free on its nights first, of its type first, ready first; typing a number finds one. */
export function RoomField({ record, mayEdit, onChanged }: RoomFieldProps) {
  const { t, i18n } = useTranslation();
  const { stay, marks, roomId } = record;
  const [rooms, setRooms] = useState<readonly RoomChoice[] | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const leave = () => {
    setRooms(null);
    setError(null);
  };
  const begin = async () => {
    const result = await call('room.list', { stayId: stay.stayId });
    if (result.ok) setRooms(result.value);
  };
  const choose = async (chosen: string | null) => {
    const room = rooms?.find((one) => one.roomId === chosen);
    if (room === undefined || room.isOwn) return leave();
    const result = await call('stay.change', { stayId: stay.stayId, changes: { roomId: room.roomId } });
    if (!result.ok) return setError(result.error);
    leave();
    onChanged();
  };
  const say = (room: RoomChoice) =>
    [
      room.number,
      sayFree(t, 'roomType', room.type),
      t(`roomStatus.${room.status}`),
      ...(room.isFree || room.isOwn ? [] : [t('change.taken')]),
    ].join(' · ');
  return (
    <div className={classes['field']}>
      <dt>
        {t('change.field.roomId')} <ChangeMark mark={markOf(marks, 'stay', 'roomId')} />
      </dt>
      <dd>
        {rooms === null ? (
          mayEdit ? (
            <UnstyledButton className={classes['value']} onClick={() => void begin()}>
              <VisuallyHidden>{`${t('change.edit')} ${t('change.field.roomId')}`} </VisuallyHidden>
              {stay.room ?? <i>{t('today.unassigned')}</i>}
              <IconPencil size={14} stroke={1.7} aria-hidden="true" />
            </UnstyledButton>
          ) : (
            <span className={classes['plain']}>{stay.room ?? <i>{t('today.unassigned')}</i>}</span>
          )
        ) : (
          <Select
            aria-label={t('change.chooseRoom')}
            placeholder={t('change.chooseRoom')}
            size="sm"
            searchable
            autoFocus
            defaultDropdownOpened
            selectFirstOptionOnChange
            defaultValue={null}
            data={rooms.map((room) => ({
              value: room.roomId,
              label: say(room),
              disabled: !room.isFree || room.roomId === roomId,
            }))}
            maxDropdownHeight={260}
            comboboxProps={{ withinPortal: true }}
            onChange={(chosen) => void choose(chosen)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              leave();
            }}
            onBlur={() => error === null && leave()}
            error={error !== null && sayError(t, error, i18n.language)}
          />
        )}
      </dd>
    </div>
  );
}
