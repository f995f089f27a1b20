import { IconBan, IconBrush, IconCheck, IconChecks } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RackRoom } from '../../../src-shared/ipc/views.ts';
import classes from './room-rack.module.css';

type Status = RackRoom['status'];

const ICONS: { readonly [S in Status]: typeof IconCheck } = {
  clean: IconCheck,
  inspected: IconChecks,
  dirty: IconBrush,
  'out-of-order': IconBan,
};

/** The state of a room by sign and colour, with the word for who asks. */
export function RoomStatusMark({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  return (
    <span className={classes['mark']} data-status={status} title={t(`roomStatus.${status}`)}>
      <Icon size={14} stroke={2} role="img" aria-label={t(`roomStatus.${status}`)} />
    </span>
  );
}
