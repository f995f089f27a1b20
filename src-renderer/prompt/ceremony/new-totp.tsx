import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { QrCode } from '../../components/qr-code.tsx';
import { callPrompt } from '../bridge.ts';
import classes from './ceremony.module.css';
import { StepError } from './step-error.tsx';
import { useStep } from './use-step.ts';

/** The second factor as a picture and as text, shown once, and a code to show that the phone has it. */
export function NewTotp({ step }: { readonly step: Extract<CeremonyStep, { asks: 'new-totp' }> }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const { working, error, send } = useStep();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(await send(() => callPrompt('prompt.newTotp', { code })))) setCode('');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text c="dimmed">{t('ceremony.newTotp.text')}</Text>
        <div className={classes['scan']}>
          <QrCode text={step.uri} label={t('ceremony.newTotp.picture')} />
          <div>
            <Text size="sm" c="dimmed">
              {t('ceremony.newTotp.typed')}
            </Text>
            <Text className={classes['secret']}>{step.secret}</Text>
          </div>
        </div>
        <TextInput
          label={t('ceremony.newTotp.code')}
          size="md"
          autoFocus
          autoComplete="off"
          inputMode="numeric"
          maxLength={6}
          w={280}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.replace(/\D/g, ''))}
        />
        <StepError error={error} />
        <Button type="submit" size="md" loading={working} disabled={code.length !== 6}>
          {t('ceremony.next')}
        </Button>
      </Stack>
    </form>
  );
}
