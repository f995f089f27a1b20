import { Button, Group, Table, Text } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconEraser,
  IconPlugConnectedX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TerminalView } from '../../../src-shared/ipc/terminal-views.ts';
import { formatTime } from '../../i18n/format.ts';
import type { ShutOutQuestion } from './shut-out-dialog.tsx';
import classes from './terminals.module.css';
import { sayUnsent } from './unsent-words.ts';

const ICONS: { readonly [S in TerminalView['state']]: TablerIcon } = {
  enrolled: IconCircleCheck,
  revoked: IconCircleX,
  wiping: IconCircleDashed,
  wiped: IconEraser,
};

interface TerminalRowProps {
  readonly one: TerminalView;
  readonly onAsk: (question: ShutOutQuestion) => void;
}

export function TerminalRow({ one, onAsk }: TerminalRowProps) {
  const { t, i18n } = useTranslation();
  const Icon = ICONS[one.state];
  const time = (at: number) => formatTime(at, i18n.language, 'date');
  return (
    <Table.Tr data-state={one.state} className={classes['row']}>
      <Table.Td>
        <b>{one.name}</b>
        {one.isHere && <small className={classes['here']}>{t('terminals.here')}</small>}
      </Table.Td>
      <Table.Td>
        <span className={classes['state']} data-state={one.state}>
          <Icon size={16} aria-hidden="true" />
          {t(`terminals.states.${one.state}`)}
        </span>
        {one.state === 'wiped' && <WipeReport one={one} />}
      </Table.Td>
      <Table.Td>{time(one.seenAt)}</Table.Td>
      <Table.Td>{one.state === 'enrolled' ? time(one.certificateUntil) : '–'}</Table.Td>
      <Table.Td>{one.version ?? '–'}</Table.Td>
      <Table.Td>{time(one.enrolledAt)}</Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {one.state === 'enrolled' && (
            <Button size="compact-sm" variant="default" onClick={() => onAsk({ one, how: 'revoke' })}>
              <IconPlugConnectedX size={15} aria-hidden="true" />
              &nbsp;{t('terminals.revoke')}
            </Button>
          )}
          {(one.state === 'enrolled' || one.state === 'revoked') && (
            <Button size="compact-sm" variant="light" color="red" onClick={() => onAsk({ one, how: 'wipe' })}>
              <IconEraser size={15} aria-hidden="true" />
              &nbsp;{t('terminals.wipe')}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** What went with a wiped terminal: how much of which kind, and nothing of what was in it. */
function WipeReport({ one }: { readonly one: TerminalView }) {
  const { t, i18n } = useTranslation();
  const at = one.wipedAt === null ? '' : formatTime(one.wipedAt, i18n.language, 'date');
  const unsent =
    one.unsent === null
      ? t('terminals.unsentUnknown')
      : one.unsent.length === 0
        ? t('terminals.unsentNothing')
        : sayUnsent(t, one.unsent);
  return (
    <Text size="xs" c="dimmed" component="div">
      <div>{t('terminals.proved', { at })}</div>
      <div>{t('terminals.unsent', { what: unsent })}</div>
      {one.entries !== null && <div>{t('terminals.entries', { count: one.entries })}</div>}
    </Text>
  );
}
