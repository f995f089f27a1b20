import { Button, PasswordInput, Stack } from '@mantine/core';
import { type KeyboardEvent, type SubmitEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import { callPrompt } from './bridge.ts';

interface PasswordFieldProps {
  /** What main said to the last try; null while it has not answered, and when it was right. */
  readonly onAnswer: (error: IpcError | null) => void;
  /** To whom it goes; signing in, where nothing is said. */
  readonly channel?: 'prompt.password' | 'prompt.confirm';
  /** What the button says. */
  readonly submit?: string;
}

/** The password lives in the text field alone and is gone from it when main has answered. */
export function PasswordField({ onAnswer, channel = 'prompt.password', submit: label }: PasswordFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState(true);
  const [caps, setCaps] = useState(false);
  const [working, setWorking] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = field.current;
    if (input === null || input.value === '' || working) return;
    setWorking(true);
    onAnswer(null);
    const result = await callPrompt(channel, { password: input.value });
    input.value = '';
    setEmpty(true);
    setWorking(false);
    onAnswer(result.ok ? null : result.error);
    input.focus();
  };
  const watchCaps = (event: KeyboardEvent<HTMLInputElement>) => setCaps(event.getModifierState('CapsLock'));

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <PasswordInput
          ref={field}
          label={t('signIn.password')}
          size="md"
          autoFocus
          autoComplete="off"
          // Never shown in clear: guests stand in front of the screen.
          visible={false}
          rightSection={<span />}
          onChange={(event) => setEmpty(event.currentTarget.value === '')}
          onKeyDown={watchCaps}
          onKeyUp={watchCaps}
          description={caps ? t('signIn.caps') : undefined}
        />
        <Button type="submit" size="md" loading={working} disabled={empty}>
          {label ?? t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  );
}
