import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { callPrompt } from '../bridge.ts';
import classes from './ceremony.module.css';
import { StepError } from './step-error.tsx';
import { usePrinting } from './use-printing.ts';
import { useStep } from './use-step.ts';

/** The one-time codes for a lost phone, shown once, to be printed or written down. */
export function RecoveryCodes({ step }: { readonly step: Extract<CeremonyStep, { asks: 'recovery-codes' }> }) {
  const { t } = useTranslation();
  const { working, error, send } = useStep();
  const printing = usePrinting();
  return (
    <Stack gap="md">
      <Text c="dimmed" className={classes['screenOnly']}>
        {t('ceremony.codes.text')}
      </Text>
      <div className={classes['paper']}>
        <Text fw={650}>{t('ceremony.codes.paper', { name: step.person.name, number: step.person.staffNumber })}</Text>
        <Text size="sm">
          {step.hotel} {step.hotelLatin}
        </Text>
        <ol className={classes['codes']}>
          {step.codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <Text size="sm">{t('ceremony.codes.rules')}</Text>
      </div>
      <StepError error={error ?? printing.error} />
      <Group gap="sm" className={classes['screenOnly']}>
        <Button
          // Not the other one: a second Enter must not put away what is shown once.
          autoFocus
          variant="default"
          leftSection={<IconPrinter size={17} aria-hidden="true" />}
          loading={printing.working}
          onClick={() => void printing.print()}
        >
          {t('ceremony.share.print')}
        </Button>
        <Button loading={working} onClick={() => void send(() => callPrompt('prompt.codesDone', { done: true }))}>
          {t('ceremony.codes.done')}
        </Button>
      </Group>
    </Stack>
  );
}
