/** Adding a security key: it is touched, then a code gives the share that is sealed to it. A changed password ends in a code too. */
import { Text } from '@mantine/core';
import { IconKey, IconPassword } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { CeremonyStep } from '../../src-shared/ipc/prompt-ceremony.ts';
import { sayError } from '../i18n/format.ts';
import { callPrompt } from './bridge.ts';
import { CodeField } from './code-field.tsx';
import { Frame } from './frame.tsx';
import { KeyWait } from './key-wait.tsx';
import { makeKey } from './security-key.ts';
import { useKey } from './use-key.ts';

export function NewKey({ step }: { readonly step: Extract<CeremonyStep, { asks: 'new-key' }> }) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const { state, again } = useKey({
    ask: (onOnceMore, gone) => makeKey(step, onOnceMore, gone),
    take: async (answer) => {
      const result = await callPrompt('prompt.newKey', answer);
      setError(result.ok ? null : result.error);
      return result.ok ? 'taken' : 'not-taken';
    },
  });
  return (
    <Frame
      Icon={IconKey}
      title={t('securityKey.addTitle')}
      person={step.person}
      error={error === null ? null : sayError(t, error, i18n.language)}
      hint={t('prompt.codeHint')}
    >
      <Text c="dimmed" size="sm">
        {t('securityKey.addText')}
      </Text>
      <KeyWait state={state} onAgain={again} />
    </Frame>
  );
}

export function KeyCode({ step }: { readonly step: Extract<CeremonyStep, { asks: 'key-code' }> }) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const { action } = step;
  return (
    <Frame
      Icon={action === 'security-key.add' ? IconKey : IconPassword}
      title={action === 'security-key.add' ? t('securityKey.addTitle') : t(`ceremony.currentPassword.title.${action}`)}
      person={step.person}
      error={error === null ? null : sayError(t, error, i18n.language)}
      hint={t('prompt.codeHint')}
    >
      <Text size="sm">{t(action === 'security-key.add' ? 'securityKey.codeText' : 'passwords.codeText')}</Text>
      <CodeField onAnswer={setError} send={(code) => callPrompt('prompt.keyCode', { code })} />
    </Frame>
  );
}
