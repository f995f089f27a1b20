/** A factor that she has, for one that takes its place: a code of the phone, one from paper, or a touch of her key. */
import { Anchor, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { CeremonyAnswer, CeremonyStep } from '../../src-shared/ipc/prompt-ceremony.ts';
import { sayError } from '../i18n/format.ts';
import { callPrompt } from './bridge.ts';
import { Frame } from './frame.tsx';
import { KeyField } from './key-field.tsx';
import { SecondFactorField } from './second-factor-field.tsx';

const send = (answer: CeremonyAnswer<'own-factor'>) => callPrompt('prompt.ownFactor', answer);

export function OwnFactor({ step }: { readonly step: Extract<CeremonyStep, { asks: 'own-factor' }> }) {
  const { t, i18n } = useTranslation();
  const { person, keys, renews } = step;
  const [error, setError] = useState<IpcError | null>(null);
  const [by, setBy] = useState<'code' | 'security-key'>(keys.length > 0 ? 'security-key' : 'code');
  const other = by === 'code' ? 'security-key' : 'code';
  return (
    <Frame
      Icon={IconRefresh}
      title={t(`renewal.${renews}.title`)}
      person={person}
      error={error === null ? null : sayError(t, error, i18n.language)}
      hint={t('prompt.codeHint')}
    >
      <Text size="sm">{t(`renewal.${renews}.prove`)}</Text>
      {by === 'code' ? (
        <SecondFactorField
          check={null}
          onAnswer={setError}
          sendCode={(code) => send({ kind: 'totp', code })}
          sendRecoveryCode={(code) => send({ kind: 'recovery-code', code })}
        />
      ) : (
        <KeyField keys={keys} onAnswer={setError} send={(answer) => send({ kind: 'security-key', ...answer })} />
      )}
      {keys.length > 0 && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="center"
          onClick={() => {
            setBy(other);
            setError(null);
          }}
        >
          {t(`securityKey.useInstead.${other}`)}
        </Anchor>
      )}
    </Frame>
  );
}
