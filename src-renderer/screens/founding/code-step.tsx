import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { type Take, useTaking } from './use-taking.ts';

/** The code that the server printed, held against the server before anybody goes on. */
export function CodeStep({ take }: { readonly take: Take }) {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState('');
  const { working, error, send } = useTaking(take);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(() => call('founding.begin', { code }));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t('founding.codeText')}</Text>
        <TextInput
          label={t('founding.code')}
          size="md"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={error !== null && sayError(t, error, i18n.language)}
        />
        <Button type="submit" loading={working} disabled={code.trim().length < 4}>
          {t('founding.next')}
        </Button>
      </Stack>
    </form>
  );
}
