import { Alert, Button, Group, Text } from '@mantine/core';
import { IconEraser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { GuestId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

/** Erases a guest for good: asked twice, with the second factor, and done when the server has it. */
export function EraseGuest({ guestId }: { readonly guestId: GuestId }) {
  const { t, i18n } = useTranslation();
  const [step, setStep] = useState<'idle' | 'sure' | 'sent'>('idle');
  const [error, setError] = useState<IpcError | null>(null);
  const erase = async () => {
    let result = await call('guest.erase', { guestId });
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask())) {
      result = await call('guest.erase', { guestId });
    }
    setError(result.ok ? null : result.error);
    if (result.ok) setStep('sent');
  };
  if (step === 'idle') {
    return (
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconEraser size={15} aria-hidden="true" />}
        onClick={() => setStep('sure')}
      >
        {t('stay.erase.ask')}
      </Button>
    );
  }
  if (step === 'sent') {
    return (
      <Text size="sm" role="status">
        {t('stay.erase.sent')}
      </Text>
    );
  }
  return (
    <Alert color="red" icon={<IconEraser />} aria-label={t('stay.erase.title')}>
      <Text size="sm" fw={600}>
        {t('stay.erase.title')}
      </Text>
      <Text size="sm">{t('stay.erase.text')}</Text>
      {error !== null && (
        <Text size="sm" role="alert" fw={600}>
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => setStep('idle')} autoFocus>
          {t('stay.erase.keep')}
        </Button>
        <Button size="compact-sm" color="red.9" onClick={() => void erase()}>
          {t('stay.erase.confirm')}
        </Button>
      </Group>
    </Alert>
  );
}
