import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { FactorsView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { formatTime, sayError } from '../../i18n/format.ts';
import { AddKey } from './add-key.tsx';
import classes from './factors.module.css';

type Key = FactorsView['securityKeys'][number];

interface SecurityKeysProps {
  readonly factors: FactorsView;
  readonly onChange: () => void;
}

export function SecurityKeys({ factors, onChange }: SecurityKeysProps) {
  const { t } = useTranslation();
  const { securityKeys, addKey } = factors;
  return (
    <Stack gap="sm" component="section" aria-label={t('securityKey.title')}>
      <div>
        <Title order={3} size="h5">
          {t('securityKey.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('securityKey.text')}
        </Text>
      </div>
      {securityKeys.length > 0 && (
        <ul className={classes['keys']}>
          {securityKeys.map((key) => (
            <KeyLine key={key.id} of={key} onRemoved={onChange} />
          ))}
        </ul>
      )}
      <AddKey access={addKey} first={securityKeys.length === 0} onAdded={onChange} />
    </Stack>
  );
}

interface KeyLineProps {
  readonly of: Key;
  readonly onRemoved: () => void;
}

function KeyLine({ of: { id, name, addedAt }, onRemoved }: KeyLineProps) {
  const { t, i18n } = useTranslation();
  const [step, setStep] = useState<'idle' | 'sure'>('idle');
  const [error, setError] = useState<IpcError | null>(null);
  const remove = async () => {
    const result = await call('securityKey.remove', { id });
    setError(result.ok ? null : result.error);
    if (result.ok) onRemoved();
  };
  return (
    <li>
      <IconKey size={18} stroke={1.6} aria-hidden="true" />
      <div className={classes['name']}>
        <Text fw={550} truncate>
          <bdi>{name}</bdi>
        </Text>
        <Text size="xs" c="dimmed">
          {t('securityKey.added', { time: formatTime(addedAt, i18n.language, 'calendar') })}
        </Text>
        {error !== null && (
          <Text size="sm" c="var(--bad)" role="alert">
            {sayError(t, error, i18n.language)}
          </Text>
        )}
      </div>
      {step === 'idle' ? (
        <Button size="compact-sm" variant="default" onClick={() => setStep('sure')}>
          {t('securityKey.remove')}
        </Button>
      ) : (
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => setStep('idle')} autoFocus>
            {t('securityKey.keep')}
          </Button>
          <Button size="compact-sm" color="red.9" onClick={() => void remove()}>
            {t('securityKey.removeSure')}
          </Button>
        </Group>
      )}
    </li>
  );
}
