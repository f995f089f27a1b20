import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconEyeOff, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { callPrompt } from '../bridge.ts';
import classes from './ceremony.module.css';
import { StepError } from './step-error.tsx';
import { usePrinting } from './use-printing.ts';
import { useStep } from './use-step.ts';

/** One share, for its keeper alone: what is printed is the paper in the middle. */
export function Share({ step }: { readonly step: Extract<CeremonyStep, { asks: 'share' }> }) {
  const { t } = useTranslation();
  const { working, error, send } = useStep();
  const printing = usePrinting();
  const { number, hotel, hotelLatin, date, fingerprint, language, words } = step.paper;
  return (
    <Stack gap="sm">
      <Alert
        color="orange"
        role="note"
        p="xs"
        icon={<IconEyeOff size={18} aria-hidden="true" />}
        className={classes['screenOnly'] ?? ''}
      >
        {t('ceremony.share.alone', { number })}
      </Alert>
      <div className={classes['paper']}>
        <div className={classes['paperHead']}>
          <Text fw={650}>{t('ceremony.share.paper', { number })}</Text>
          <Text size="sm">
            {hotel} {hotelLatin}
          </Text>
          <Text size="sm">
            {t('ceremony.share.mark')} <b className={classes['mark']}>{fingerprint}</b> · {t('ceremony.share.made')}{' '}
            {date}
          </Text>
        </div>
        <ol
          className={classes['words']}
          data-language={language}
          lang={language}
          aria-label={t('ceremony.share.words')}
        >
          {words.map((word, index) => (
            <li key={index}>{word}</li>
          ))}
        </ol>
        <Text size="xs">{t('ceremony.share.rules')}</Text>
      </div>
      <StepError error={error ?? printing.error} />
      <Group gap="sm" className={classes['screenOnly'] ?? ''}>
        <Button
          variant="default"
          loading={printing.working}
          leftSection={<IconPrinter size={17} aria-hidden="true" />}
          onClick={() => void printing.print()}
        >
          {t('ceremony.share.print')}
        </Button>
        <Button
          autoFocus
          loading={working}
          onClick={() => void send(() => callPrompt('prompt.shareDone', { done: true }))}
        >
          {t('ceremony.share.done')}
        </Button>
      </Group>
    </Stack>
  );
}
