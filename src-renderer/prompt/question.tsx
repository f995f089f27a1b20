import { CloseButton, Text, Title } from '@mantine/core';
import { IconLock, IconShieldLock, IconUrgent } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/contract.ts';
import type { PromptQuestion } from '../../src-shared/ipc/prompt-contract.ts';
import { StaffFace } from '../components/staff-face.tsx';
import { sayError } from '../i18n/format.ts';
import { callPrompt } from './bridge.ts';
import { CodeField } from './code-field.tsx';
import { ConfirmField } from './confirm-field.tsx';
import { PasswordField } from './password-field.tsx';
import classes from './prompt.module.css';

const PARTS = {
  password: { Icon: IconLock, Field: PasswordField, title: 'signIn.title', hint: 'prompt.passwordHint' },
  confirm: { Icon: IconUrgent, Field: ConfirmField, title: 'glass.confirm.title', hint: 'glass.confirm.hint' },
  code: { Icon: IconShieldLock, Field: CodeField, title: 'unlock.title', hint: 'prompt.codeHint' },
} as const;

/** Who is asked and for what, the field, what was wrong with the last try, and how to leave. */
export function Question({ question }: { readonly question: PromptQuestion }) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const { Icon, Field, title, hint } = PARTS[question.asks];
  return (
    <main className={classes['prompt']}>
      <header className={classes['head']}>
        <Icon size={20} stroke={1.7} aria-hidden="true" />
        <Title order={1} size="h4">
          {t(title)}
        </Title>
        <CloseButton
          className={classes['close']}
          aria-label={t('action.cancel')}
          onClick={() => void callPrompt('prompt.cancel')}
        />
      </header>
      <div className={classes['who']}>
        <StaffFace person={question.employee} />
      </div>
      {question.about !== null && (
        <div className={classes['about']}>
          <Text size="sm">
            {t('glass.confirm.text', {
              name: question.about.requester.name,
              role: t(`role.${question.about.requester.role}`),
            })}{' '}
            {question.about.room !== null && t('glass.confirm.room', { room: question.about.room })}
          </Text>
          <Text size="sm" fw={550} lineClamp={3}>
            {t('glass.confirm.reason', { reason: question.about.reason })}
          </Text>
        </div>
      )}
      <Field onAnswer={setError} />
      <Text c="var(--bad)" size="sm" role="alert" className={classes['error']}>
        {error !== null && sayError(t, error, i18n.language)}
      </Text>
      <Text size="xs" c="dimmed" ta="center">
        {t(hint)}
      </Text>
    </main>
  );
}
