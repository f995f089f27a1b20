import { Anchor } from '@mantine/core';
import { IconKey, IconLock, IconShieldLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/contract.ts';
import type { PromptQuestion } from '../../src-shared/ipc/prompt-contract.ts';
import { sayError } from '../i18n/format.ts';
import { callPrompt } from './bridge.ts';
import { Frame } from './frame.tsx';
import { KeyField } from './key-field.tsx';
import { PasswordField } from './password-field.tsx';
import { SecondFactorField } from './second-factor-field.tsx';

const PARTS = {
  password: { Icon: IconLock, title: 'signIn.title', hint: 'prompt.passwordHint' },
  code: { Icon: IconShieldLock, title: 'unlock.title', hint: 'prompt.codeHint' },
  'security-key': { Icon: IconKey, title: 'unlock.title', hint: 'prompt.codeHint' },
} as const;
const OTHER = { code: 'security-key', 'security-key': 'code' } as const;

/** The field for what is asked, and the other way where there is one. */
export function Question({ question }: { readonly question: PromptQuestion }) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const { asks, keys, check, employee } = question;
  const { Icon, title, hint } = PARTS[asks];
  return (
    <Frame
      Icon={Icon}
      title={t(title)}
      person={employee}
      error={error === null ? null : sayError(t, error, i18n.language)}
      hint={t(hint)}
    >
      {asks === 'password' && <PasswordField onAnswer={setError} />}
      {asks === 'code' && <SecondFactorField check={check} onAnswer={setError} />}
      {asks === 'security-key' && <KeyField keys={keys} onAnswer={setError} />}
      {asks !== 'password' && keys.length > 0 && (
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
