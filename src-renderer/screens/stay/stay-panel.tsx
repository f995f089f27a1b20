import { Button, SegmentedControl, Text } from '@mantine/core';
import { IconDoorEnter, IconDoorExit } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { ROOM_STATUSES } from '../../../src-shared/model/entities.ts';
import { BusinessDate } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { ClassChip } from '../../components/class-chip.tsx';
import { formatDay, sayError } from '../../i18n/format.ts';
import { Cancelling } from './cancelling.tsx';
import classes from './change.module.css';
import { ChangeMark, markOf } from './change-mark.tsx';
import { CheckInPanel } from './check-in-panel.tsx';
import { EditableField } from './editable-field.tsx';
import { OwedNotice } from './owed-notice.tsx';
import { RoomField } from './room-field.tsx';
import panel from './stay.module.css';

interface StayPanelProps {
  readonly record: StayRecord;
  readonly onChanged: () => void;
}

/** Room, dates and people of a stay, each changed in its place; the way in and out; how the room is. */
export function StayPanel({ record, onChanged }: StayPanelProps) {
  const { t, i18n } = useTranslation();
  const { stay, marks, may, roomId } = record;
  const [error, setError] = useState<IpcError | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [asksOwed, setAsksOwed] = useState(false);
  const owed = record.balanceMinor ?? 0;
  const [arriving, setArriving] = useState(false);
  const told = async (asked: Promise<IpcResult<null>>) => {
    const result = await asked;
    setError(result.ok ? null : result.error);
    if (result.ok) onChanged();
    return result;
  };
  const leave = () => {
    setAsksOwed(false);
    return told(call('stay.checkOut', { stayId: stay.stayId }));
  };
  const saveDay = (field: 'arrival' | 'departure') => async (text: string) => {
    const day = BusinessDate.safeParse(text);
    if (!day.success) return { ok: false, error: { code: 'invalid-input', field } } as const;
    const result = await call('stay.change', { stayId: stay.stayId, changes: { [field]: day.data } });
    if (result.ok) onChanged();
    return result;
  };
  const savePeople = (field: 'adults' | 'children') => async (text: string) => {
    const result = await call('stay.change', { stayId: stay.stayId, changes: { [field]: Number(text) } });
    if (result.ok) onChanged();
    return result;
  };
  const open = stay.status === 'reserved' || stay.status === 'in-house';
  return (
    <section className={panel['panel']} aria-label={t('area.stay')}>
      <h2>
        {t('area.stay')} <ClassChip dataClass="basic" />
      </h2>
      <dl className={`${panel['facts']} ${classes['facts']}`}>
        <RoomField record={record} mayEdit={may.stay && open} onChanged={onChanged} />
        {(['arrival', 'departure'] as const).map((field) => (
          <EditableField
            key={field}
            isHalf
            name={t(`change.field.${field}`)}
            type="date"
            value={stay[field]}
            shown={formatDay(stay[field], i18n.language)}
            mark={markOf(marks, 'stay', field)}
            mayEdit={may.stay && open && (field === 'departure' || stay.status === 'reserved')}
            onSave={saveDay(field)}
          />
        ))}
        {(['adults', 'children'] as const).map((field) => (
          <EditableField
            key={field}
            isHalf
            name={t(`change.field.${field}`)}
            type="number"
            value={String(stay[field])}
            mark={markOf(marks, 'stay', field)}
            mayEdit={may.stay && open}
            onSave={savePeople(field)}
          />
        ))}
        {roomId !== null && stay.roomStatus !== null && (
          <div className={classes['field']}>
            <dt>
              {t('change.roomStatus')} <ChangeMark mark={markOf(marks, 'room', 'status')} />
            </dt>
            <dd>
              <SegmentedControl
                fullWidth
                size="xs"
                mt={4}
                aria-label={t('change.roomStatus')}
                readOnly={!may.room}
                value={stay.roomStatus}
                onChange={(status) => void told(call('room.setStatus', { roomId, status }))}
                data={ROOM_STATUSES.map((value) => ({ value, label: t(`roomStatus.${value}`) }))}
              />
            </dd>
          </div>
        )}
      </dl>
      {(may.checkIn || may.checkOut || may.cancel || may.reinstate) && (
        <div className={classes['steps']}>
          {may.checkIn && (
            <Button
              size="sm"
              leftSection={<IconDoorEnter size={17} aria-hidden="true" />}
              onClick={() => setArriving(true)}
            >
              {t('change.checkIn')}
            </Button>
          )}
          {may.checkOut && (
            <Button
              size="sm"
              variant={leaving ? 'filled' : 'default'}
              leftSection={<IconDoorExit size={17} aria-hidden="true" />}
              onBlur={() => setLeaving(false)}
              onClick={() => {
                if (owed !== 0) return setAsksOwed(true);
                setLeaving(!leaving);
                if (leaving) void leave();
              }}
            >
              {t(leaving ? 'change.checkOutSure' : 'change.checkOut')}
            </Button>
          )}
          <Cancelling record={record} onAsked={(asked) => void told(asked)} />
          <ChangeMark mark={markOf(marks, 'stay', 'status')} />
        </div>
      )}
      {asksOwed && may.checkOut && (
        <OwedNotice
          record={record}
          balanceMinor={owed}
          onCheckOut={() => void leave()}
          onClose={() => setAsksOwed(false)}
        />
      )}
      {arriving && (
        <CheckInPanel
          record={record}
          onClose={() => setArriving(false)}
          onDone={() => {
            setArriving(false);
            onChanged();
          }}
        />
      )}
      {error !== null && (
        <Text size="sm" c="var(--bad)" mt={6} role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
    </section>
  );
}
