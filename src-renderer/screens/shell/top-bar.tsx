import { Button, Text, UnstyledButton } from '@mantine/core';
import { IconLock, IconSearch, IconUserShare } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppStatus, SessionView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { commandBar } from '../../state/command-bar.ts';
import { PersonMenu } from './person-menu.tsx';
import { type AreaEntry, maySearch } from './places.ts';
import classes from './shell.module.css';
import { UnlockState } from './unlock-state.tsx';

interface TopBarProps {
  readonly app: AppStatus;
  readonly session: SessionView;
  readonly employee: NonNullable<SessionView['employee']>;
  readonly areas: readonly AreaEntry[];
}

/** Which hotel, the command bar, who is working and for how long the keys are in memory, and the lock. */
export function TopBar({ app, session, employee, areas }: TopBarProps) {
  const { t, i18n } = useTranslation();
  const english = i18n.language === 'en';
  const [first, second] = english
    ? [app.propertyNameLatin, app.propertyName]
    : [app.propertyName, app.propertyNameLatin];
  return (
    <header className={classes['bar']}>
      <div className={classes['hotel']}>
        <Text fw={600} lh={1.25} truncate>
          {first}
        </Text>
        <Text size="xs" c="dimmed" lh={1.25} truncate>
          {second}
        </Text>
      </div>
      <UnstyledButton className={classes['command']} onClick={() => commandBar.open()}>
        <IconSearch size={16} stroke={1.8} aria-hidden="true" />
        <span>{t(maySearch(areas) ? 'action.search' : 'command.actions')}</span>
        <kbd>Ctrl K</kbd>
      </UnstyledButton>
      <div className={classes['person']}>
        <UnlockState session={session} />
        <PersonMenu employee={employee} />
        <Button
          variant="subtle"
          leftSection={<IconUserShare size={16} aria-hidden="true" />}
          onClick={() => void call('session.switch')}
          title="Alt S"
        >
          {t('action.switch')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconLock size={16} aria-hidden="true" />}
          onClick={() => void call('session.lock')}
          title="Ctrl L"
        >
          {t('action.lock')}
        </Button>
      </div>
    </header>
  );
}
