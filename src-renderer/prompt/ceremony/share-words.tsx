import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type KeyboardEvent, type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { completionsOf, languageOf, splitWords, WORDS_PER_SHARE } from '../../../src-shared/words/share-words.ts';
import { callPrompt } from '../bridge.ts';
import classes from './ceremony.module.css';
import { StepError } from './step-error.tsx';
import { useStep } from './use-step.ts';

const LAST_WORD = /[a-z]+$/i;

/** The words of one share, each held against the list as it is typed; what is not in it is named at once. */
export function ShareWords({ step }: { readonly step: Extract<CeremonyStep, { asks: 'share-words' }> }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const { working, error, send } = useStep();
  const words = splitWords(text);
  const begun = (LAST_WORD.exec(text)?.[0] ?? '').toLowerCase();
  const offers = completionsOf(begun);
  // The word under way is not wrong yet while some word begins so.
  const unknown = words.find(
    (word, at) => languageOf(word) === null && !(at === words.length - 1 && offers.length > 0),
  );
  const complete = (word: string) => setText((before) => `${before.replace(LAST_WORD, word)} `);
  const onKeyDown = (event: KeyboardEvent) => {
    const [offer] = offers;
    if (event.key !== 'Tab' || event.shiftKey || offer === undefined || begun === '') return;
    event.preventDefault();
    complete(offer);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(() => callPrompt('prompt.shareWords', { words: text }));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text c="dimmed">{t('ceremony.shareWords.text')}</Text>
        <Text size="sm">{t('ceremony.shareWords.mark', { mark: step.fingerprint })}</Text>
        <Textarea
          label={t('ceremony.shareWords.words')}
          rows={6}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={1_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          classNames={{ input: classes['typedWords'] ?? '' }}
        />
        <Group gap={6} mih={28}>
          {offers.map((offer) => (
            <Button key={offer} size="compact-xs" variant="default" tabIndex={-1} onClick={() => complete(offer)}>
              {offer}
            </Button>
          ))}
        </Group>
        <Group justify="space-between">
          <Text size="sm" c={unknown === undefined ? 'dimmed' : 'var(--bad)'} aria-live="polite">
            {unknown === undefined
              ? t('ceremony.shareWords.count', { count: words.length })
              : t('ceremony.shareWords.unknown', { word: unknown })}
          </Text>
          <Text size="sm" c="dimmed">
            {t('ceremony.shareWords.hint')}
          </Text>
        </Group>
        <StepError error={error} />
        <Button type="submit" size="md" loading={working} disabled={words.length < WORDS_PER_SHARE}>
          {t('ceremony.next')}
        </Button>
      </Stack>
    </form>
  );
}
