import { Button, Group, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { type SubmitEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import {
  isGoodEnough,
  judgePassword,
  PASSWORD_LENGTH,
  PASSWORD_LIMIT,
  type PasswordVerdict,
} from '../../../src-shared/policy/password.ts';
import { StaffFace } from '../../components/staff-face.tsx';
import { callPrompt } from '../bridge.ts';
import promptClasses from '../prompt.module.css';
import { StepError } from './step-error.tsx';
import { useStep } from './use-step.ts';

/** How far the bar goes, and in which colour; the word beside it says the same. */
const STRENGTH: { readonly [V in PasswordVerdict]: { readonly percent: number; readonly color: string } } = {
  'too-short': { percent: 15, color: 'red.8' },
  'too-common': { percent: 20, color: 'red.8' },
  'about-you': { percent: 20, color: 'red.8' },
  fair: { percent: 50, color: 'yellow.8' },
  good: { percent: 75, color: 'teal.7' },
  strong: { percent: 100, color: 'teal.7' },
};

/** The password lives in the two text fields alone; its strength is told in words as it is typed. */
export function NewPassword({ step }: { readonly step: Extract<CeremonyStep, { asks: 'new-password' }> }) {
  const { t } = useTranslation();
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [verdict, setVerdict] = useState<PasswordVerdict | null>(null);
  const [missing, setMissing] = useState(PASSWORD_LENGTH);
  const { working, error, send } = useStep();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const [password, again] = [first.current?.value ?? '', second.current?.value ?? ''];
    const taken = await send(() => callPrompt('prompt.newPassword', { password, again }));
    if (taken) return;
    if (second.current !== null) second.current.value = '';
    first.current?.focus();
  };
  const common = { size: 'md', autoComplete: 'off', visible: false, maxLength: PASSWORD_LIMIT } as const;
  const good = verdict !== null && isGoodEnough(verdict);
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <div className={promptClasses['who']}>
          <StaffFace person={step.person} />
        </div>
        <Text c="dimmed">{t(`ceremony.newPassword.text.${step.of}`)}</Text>
        <PasswordInput
          {...common}
          ref={first}
          label={t('ceremony.newPassword.password')}
          autoFocus
          // Never shown in clear: others stand in front of the screen.
          rightSection={<span />}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            setVerdict(typed === '' ? null : judgePassword(typed, step.known));
            setMissing(Math.max(0, PASSWORD_LENGTH - [...typed.normalize('NFC')].length));
          }}
        />
        <Group gap="sm" wrap="nowrap" aria-live="polite" mih={22}>
          {verdict !== null && (
            <>
              <Progress
                value={STRENGTH[verdict].percent}
                color={STRENGTH[verdict].color}
                w={160}
                aria-hidden="true"
                size="sm"
              />
              <Text size="sm">{t(`ceremony.newPassword.verdict.${verdict}`, { count: missing })}</Text>
            </>
          )}
        </Group>
        <PasswordInput {...common} ref={second} label={t('ceremony.newPassword.again')} rightSection={<span />} />
        <StepError error={error} />
        <Button type="submit" size="md" loading={working} disabled={!good}>
          {t('ceremony.next')}
        </Button>
        <Text size="xs" c="dimmed" ta="center">
          {t('ceremony.newPassword.hint')}
        </Text>
      </Stack>
    </form>
  );
}
