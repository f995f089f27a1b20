import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';

/** The way on where no key is left: a one-time code, and what lies here is set aside. */
export function EnrolAnew({ onLeave }: { readonly onLeave: () => void }) {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState('');
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setWorking(true);
    const result = await call('app.enrolAnew', { code });
    setWorking(false);
    setError(result.ok ? null : result.error);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text size="sm">{t('fault.enrolAnewConfirm')}</Text>
        <TextInput
          label={t('firstRun.code')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={error !== null && sayError(t, error, i18n.language)}
          size="md"
          maw={320}
          autoFocus
          autoComplete="off"
          spellCheck={false}
        />
        <Group gap="sm">
          <Button type="submit" color="orange" loading={working} disabled={code.trim().length < 4}>
            {t('fault.enrolAnewNow')}
          </Button>
          <Button variant="subtle" color="gray" onClick={onLeave} disabled={working}>
            {t('action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
