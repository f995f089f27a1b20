import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { type SubmitEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { StaffFace } from '../../components/staff-face.tsx';
import { callPrompt } from '../bridge.ts';
import promptClasses from '../prompt.module.css';
import { StepError } from './step-error.tsx';
import { useStep } from './use-step.ts';

interface StandingByProps {
  readonly step: Extract<CeremonyStep, { asks: 'officer-password' | 'own-password' }>;
}

const CHANNEL = { 'officer-password': 'prompt.officerPassword', 'own-password': 'prompt.ownPassword' } as const;

/** The password of somebody who stands by, and is not signed in by it: the officer who orders it, or whom it is for. */
export function StandingByPassword({ step }: StandingByProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const { working, error, send } = useStep();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = field.current;
    if (input === null || input.value === '') return;
    await send(() => callPrompt(CHANNEL[step.asks], { password: input.value }));
    input.value = '';
    input.focus();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <div className={promptClasses['who']}>
          <StaffFace person={step.person} />
        </div>
        <Text c="dimmed">{t(step.asks === 'officer-password' ? 'ceremony.officer.text' : 'ceremony.own.text')}</Text>
        <PasswordInput
          ref={field}
          label={t('ceremony.officer.password', { name: step.person.name })}
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
