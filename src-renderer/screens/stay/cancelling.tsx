import { Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconCalendarX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { CANCEL_REASONS } from '../../../src-shared/sync/changes.ts';
import { call } from '../../bridge.ts';

interface CancellingProps {
  readonly record: Pick<StayRecord, 'stay' | 'may'>;
  readonly onAsked: (asked: Promise<IpcResult<null>>) => void;
}

/** Cancels a reservation for a reason of the list, or takes that back. */
export function Cancelling({ record: { stay, may }, onAsked }: CancellingProps) {
  const { t } = useTranslation();
  const { stayId } = stay;
  if (may.reinstate) {
    return (
      <Button
        size="sm"
        variant="default"
        leftSection={<IconArrowBackUp size={17} aria-hidden="true" />}
        onClick={() => onAsked(call('stay.reinstate', { stayId }))}
      >
        {t('arrival.reinstate')}
      </Button>
    );
  }
  if (!may.cancel) return null;
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button size="sm" variant="default" leftSection={<IconCalendarX size={17} aria-hidden="true" />}>
          {t('arrival.cancelStay')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('arrival.cancelWhy')}</Menu.Label>
        {CANCEL_REASONS.map((reason) => (
          <Menu.Item key={reason} onClick={() => onAsked(call('stay.cancel', { stayId, reason }))}>
            {t(`arrival.cancelReason.${reason}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
