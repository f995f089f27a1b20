import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { type SubmitEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { StaffFace } from '../../components/staff-face.tsx';
import { callPrompt } from '../bridge.ts';
import promptClasses from '../prompt.module.css';
import { StepError } from './step-error.tsx';
import { useStep } from './use-step.ts';

/** Whoever changes what lets her in says once more who she is. */
export function CurrentPassword({ step }: { readonly step: Extract<CeremonyStep, { asks: 'current-password' }> }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const { working, error, send } = useStep();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = field.current;
    if (input === null || input.value === '') return;
    await send(() => callPrompt('prompt.currentPassword', { password: input.value }));
    input.value = '';
    input.focus();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <div className={promptClasses['who']}>
          <StaffFace person={step.person} />
        </div>
        <Text c="dimmed">{t('ceremony.currentPassword.text')}</Text>
        <PasswordInput
          ref={field}
          label={t('ceremony.currentPassword.password')}
          size="md"
          autoFocus
          autoComplete="off"
          visible={false}
          rightSection={<span />}
        />
        <StepError error={error} />
        <Button type="submit" size="md" loading={working}>
          {t('ceremony.next')}
        </Button>
      </Stack>
    </form>
  );
}
