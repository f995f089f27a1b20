import { CloseButton, Text, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StaffItem } from '../../src-shared/ipc/views.ts';
import { StaffFace } from '../components/staff-face.tsx';
import { callPrompt } from './bridge.ts';
import classes from './prompt.module.css';

interface FrameProps {
  readonly Icon: Icon;
  readonly title: string;
  readonly person: StaffItem;
  /** What was wrong with the last try. */
  readonly error: string | null;
  readonly hint: string;
  readonly children: ReactNode;
}

/** Around everything the prompt asks: for what and of whom, what was wrong with the last try, and how to leave. */
export function Frame({ Icon: Sign, title, person, error, hint, children }: FrameProps) {
  const { t } = useTranslation();
  return (
    <main className={classes['prompt']}>
      <header className={classes['head']}>
        <Sign size={20} stroke={1.7} aria-hidden="true" />
        <Title order={1} size="h4">
          {title}
        </Title>
        <CloseButton
          className={classes['close']}
          aria-label={t('action.cancel')}
          onClick={() => void callPrompt('prompt.cancel')}
        />
      </header>
      <div className={classes['who']}>
        <StaffFace person={person} />
      </div>
      {children}
      <Text c="var(--bad)" size="sm" role="alert" className={classes['error']}>
        {error}
      </Text>
      <Text size="xs" c="dimmed" ta="center">
        {hint}
      </Text>
    </main>
  );
}
