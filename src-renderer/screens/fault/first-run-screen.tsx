import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { AppStatus } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { Centred } from '../../components/centred.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { FoundingScreen } from '../founding/founding-screen.tsx';

const askFounding = () => call('founding.view');

/** First run: this terminal is enrolled in a hotel, or a hotel is founded on it. */
export function FirstRunScreen({ app }: { readonly app: AppStatus }) {
  // A founding that was under way when the page came up anew goes on.
  const { value } = useAnswer(askFounding);
  const [chosen, setChosen] = useState<'enrol' | 'found' | null>(null);
  const shown = chosen ?? (value?.propertyId == null ? 'enrol' : 'found');
  return shown === 'found' ? (
    <FoundingScreen app={app} onBack={() => setChosen('enrol')} />
  ) : (
    <EnrolTerminal app={app} onFound={() => setChosen('found')} />
  );
}

interface EnrolTerminalProps {
  readonly app: AppStatus;
  readonly onFound: () => void;
}

function EnrolTerminal({ app, onFound }: EnrolTerminalProps) {
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
          <Button variant="subtle" size="compact-sm" onClick={onFound}>
            {t('founding.choice')}
          </Button>
        </Stack>
      </form>
    </Centred>
  );
}
