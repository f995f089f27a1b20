import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { callPrompt } from '../bridge.ts';
import { StepError } from './step-error.tsx';
import { useStep } from './use-step.ts';

/** Words of the share by their places: whoever cannot type them from the paper has no share. */
export function ShareCheck({ step }: { readonly step: Extract<CeremonyStep, { asks: 'share-check' }> }) {
  const { t } = useTranslation();
  const [words, setWords] = useState<readonly string[]>(step.places.map(() => ''));
  const { working, error, send } = useStep();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(() => callPrompt('prompt.shareCheck', { words: [...words] }));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t('ceremony.shareCheck.text')}</Text>
        {step.places.map((place, index) => (
          <TextInput
            key={place}
            label={t('ceremony.shareCheck.word', { place })}
            size="md"
            w={280}
            autoFocus={index === 0}
            autoComplete="off"
            spellCheck={false}
            value={words[index] ?? ''}
            onChange={(event) => {
              const typed = event.currentTarget.value;
              setWords((before) => before.map((word, at) => (at === index ? typed : word)));
            }}
          />
        ))}
        <StepError error={error} />
        <Group gap="sm">
          <Button type="submit" loading={working} disabled={words.some((word) => word.trim() === '')}>
            {t('ceremony.shareCheck.check')}
          </Button>
          <Button variant="default" onClick={() => void callPrompt('prompt.shareCheck', { words: null })}>
            {t('ceremony.shareCheck.again')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
