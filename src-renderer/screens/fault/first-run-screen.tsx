import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/contract.ts';
import type { AppStatus } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { Centred } from '../../components/centred.tsx';
import { sayError } from '../../i18n/format.ts';

/** First run: this terminal is enrolled with a one-time code. */
export function FirstRunScreen({ app }: { readonly app: AppStatus }) {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState('');
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setWorking(true);
    const result = await call('app.enrol', { code });
    setWorking(false);
    setError(result.ok ? null : result.error);
  };
  return (
    <Centred app={app}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <div>
            <Title order={2} size="h3">
              {t('firstRun.title')}
            </Title>
            <Text c="dimmed" mt={4}>
              {t('firstRun.text')}
            </Text>
          </div>
          <TextInput
            label={t('firstRun.code')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={error !== null && sayError(t, error, i18n.language)}
            size="md"
            autoFocus
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" loading={working} disabled={code.trim().length < 4}>
            {t('firstRun.submit')}
          </Button>
        </Stack>
      </form>
    </Centred>
  );
}
