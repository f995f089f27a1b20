import { Anchor, Text } from '@mantine/core';
import { IconKey, IconLock, IconShieldLock, IconUrgent } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { PromptQuestion } from '../../src-shared/ipc/prompt-contract.ts';
import { sayError } from '../i18n/format.ts';
import { callPrompt } from './bridge.ts';
import { ConfirmField } from './confirm-field.tsx';
import { Frame } from './frame.tsx';
import { KeyField } from './key-field.tsx';
import { PasswordField } from './password-field.tsx';
import classes from './prompt.module.css';
import { SecondFactorField } from './second-factor-field.tsx';

const PARTS = {
  password: { Icon: IconLock, title: 'signIn.title', hint: 'prompt.passwordHint' },
  confirm: { Icon: IconUrgent, title: 'glass.confirm.title', hint: 'glass.confirm.hint' },
  code: { Icon: IconShieldLock, title: 'unlock.title', hint: 'prompt.codeHint' },
  'security-key': { Icon: IconKey, title: 'unlock.title', hint: 'prompt.codeHint' },
} as const;
const OTHER = { code: 'security-key', 'security-key': 'code' } as const;

/** The field for what is asked, and the other way where there is one. */
export function Question({ question }: { readonly question: PromptQuestion }) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const { asks, keys, check, employee, about } = question;
  const { Icon, title, hint } = PARTS[asks];
  return (
    <Frame
      Icon={Icon}
      title={t(title)}
      person={employee}
      error={error === null ? null : sayError(t, error, i18n.language)}
      hint={t(hint)}
    >
      {about !== null && (
        <div className={classes['about']}>
          <Text size="sm">
            {t('glass.confirm.text', { name: about.requester.name, role: t(`role.${about.requester.role}`) })}{' '}
            {about.room !== null && t('glass.confirm.room', { room: about.room })}
          </Text>
          <Text size="sm" fw={550}>
            {t('glass.confirm.reason', { reason: about.reason })}
          </Text>
        </div>
      )}
      {asks === 'confirm' && <ConfirmField onAnswer={setError} />}
      {asks === 'password' && <PasswordField onAnswer={setError} />}
      {asks === 'code' && (
        <SecondFactorField
          check={check}
          onAnswer={setError}
          sendCode={(code) => callPrompt('prompt.code', { code })}
          sendRecoveryCode={(code) => callPrompt('prompt.recoveryCode', { code })}
        />
      )}
      {asks === 'security-key' && (
        <KeyField
          keys={keys}
          onAnswer={setError}
          send={(answer) => callPrompt('prompt.securityKey', answer)}
          // Main writes it down.
          onRefused={() => void callPrompt('prompt.keyRefused')}
        />
      )}
      {(asks === 'code' || asks === 'security-key') && keys.length > 0 && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="center"
          onClick={() => void callPrompt('prompt.switch', { to: OTHER[asks] })}
        >
          {t(`securityKey.useInstead.${OTHER[asks]}`)}
        </Anchor>
      )}
    </Frame>
  );
}
