import { ActionIcon, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { GuestTags } from '../../components/guest-tags.tsx';
import { sayFree } from '../../components/say-words.ts';
import { formatDay } from '../../i18n/format.ts';
import classes from './stay.module.css';

/** Who, which room, when: readable from a step away. */
export function StayHeader({ record, onBack }: { readonly record: StayRecord; readonly onBack: () => void }) {
  const { t, i18n } = useTranslation();
  const { guest, stay, nights } = record;
  return (
    <header className={classes['header']}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('action.back')} title="Esc" onClick={onBack}>
        <IconArrowLeft size={20} stroke={1.8} />
      </ActionIcon>
      <div className={classes['room']} data-none={stay.room === null || undefined}>
        {stay.room ?? t('today.unassigned')}
      </div>
      <div className={classes['who']}>
        <Title order={1} size="h3" lh={1.25}>
          <bdi>{guest.name}</bdi>
          {guest.nameLatin !== null && (
            <Text component="span" c="dimmed" ml={10} size="md">
              <bdi>{guest.nameLatin}</bdi>
            </Text>
          )}
        </Title>
        <Text size="sm" c="dimmed" lh={1.4}>
          {t(`stayStatus.${stay.status}`)} · {formatDay(stay.arrival, i18n.language)} –{' '}
          {formatDay(stay.departure, i18n.language)} · {t('today.nights', { count: nights })} ·{' '}
          {sayFree(t, 'roomType', stay.roomType)} · {stay.reservationNumber} · {sayFree(t, 'channel', stay.channel)}
        </Text>
      </div>
      <GuestTags guest={{ vip: guest.vip, doNotDisclose: false }} form="words" />
      {guest.doNotDisclose && (
        <div className={classes['dnd']} role="note">
          <IconEyeOff size={18} aria-hidden="true" />
          {t('stay.dndText')}
        </div>
      )}
    </header>
  );
}
