import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { FoundingView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { useNow } from '../../components/use-now.ts';
import { sayError } from '../../i18n/format.ts';
import { type Take, useTaking } from './use-taking.ts';

interface SendStepProps {
  readonly view: FoundingView;
  readonly take: Take;
}

/** Everything once more, and the button that founds the hotel. A code that has run out is followed by another. */
export function SendStep({ view, take }: SendStepProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(5_000);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const minutes = Math.ceil(((view.expiresAt ?? 0) - now) / 60_000);
  const found = async () => {
    setWorking(true);
    const result = await call('founding.send');
    setWorking(false);
    setError(result.ok ? null : result.error);
  };
  const { hotel, officer, holder } = view;
  return (
    <Stack gap="md">
      <List spacing={6} size="sm">
        <List.Item>
          {hotel?.name} {hotel?.nameLatin}
        </List.Item>
        {[officer, holder].map(
          (person) =>
            person !== null && (
              <List.Item key={person.id}>
                {t(`role.${person.role}`)} · {t('founding.enrolled', { name: person.name, number: person.staffNumber })}
              </List.Item>
            ),
        )}
        <List.Item>{t('founding.handedOut', { mark: view.fingerprint })}</List.Item>
      </List>
      <Text c="dimmed">{t('founding.sendText')}</Text>
      {error !== null && (
        <Text c="var(--bad)" size="sm" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Button autoFocus loading={working} onClick={() => void found()}>
        {t('founding.send', { name: hotel?.name })}
      </Button>
      {minutes > 0 && error?.code !== 'wrong-founding-code' ? (
        <Text size="xs" c="dimmed" ta="center">
          {t('founding.minutes', { count: minutes })}
        </Text>
      ) : (
        <RenewCode take={take} />
      )}
    </Stack>
  );
}

function RenewCode({ take }: { readonly take: Take }) {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState('');
  const { working, error, send } = useTaking(take);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(() => call('founding.begin', { code }));
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={t('founding.code')}
          description={t('founding.ranOut')}
          style={{ flex: 1 }}
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={error !== null && sayError(t, error, i18n.language)}
        />
        <Button type="submit" variant="default" loading={working} disabled={code.trim().length < 4}>
          {t('founding.renew')}
        </Button>
      </Group>
    </form>
  );
}
