import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RoomChoice } from '../../src-shared/ipc/views.ts';
import { RoomId } from '../../src-shared/model/ids.ts';
import { sayFree } from './say-words.ts';

interface RoomSelectProps {
  readonly label: string;
  readonly rooms: readonly RoomChoice[];
  readonly roomId: RoomId | null;
  readonly onRoom: (roomId: RoomId | null) => void;
  readonly error?: string | null;
  readonly placeholder?: string;
  readonly description?: string;
  readonly clearable?: boolean;
}

/** A room by its number, its type and how it is; those that can be had come first, typing a number finds one. */
export function RoomSelect({
  label,
  rooms,
  roomId,
  onRoom,
  error,
  placeholder,
  description,
  clearable = false,
}: RoomSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={label}
      placeholder={placeholder ?? ''}
      description={description ?? null}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      searchable
      clearable={clearable}
      allowDeselect={clearable}
      selectFirstOptionOnChange
      maxDropdownHeight={260}
      error={error ?? null}
      data={rooms.map((room) => ({
        value: room.roomId,
        label: [
          room.number,
          sayFree(t, 'roomType', room.type),
          t(`roomStatus.${room.status}`),
          ...(room.isFree ? [] : [t('change.taken')]),
        ].join(' · '),
        disabled: !room.isFree,
      }))}
      value={roomId}
      onChange={(chosen) => onRoom(RoomId.safeParse(chosen).data ?? null)}
    />
  );
}
