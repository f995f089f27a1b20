import { Button, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';
import { RECOVERY_CODE_LENGTH } from '../../src-shared/step-up/recovery-code.ts';

interface FieldProps {
  /** What main said to the last try; null while it has not answered, and when it was right. */
  readonly onAnswer: (error: IpcError | null) => void;
  readonly send: (code: string) => Promise<IpcResult<null>>;
}

/** One of the codes on paper. What was mistyped stays in the field, to be compared with the paper. */
export function RecoveryCodeField({ onAnswer, send }: FieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState(true);
  const [working, setWorking] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = field.current;
    if (input === null || input.value.trim() === '' || working) return;
    setWorking(true);
    onAnswer(null);
    const result = await send(input.value);
    setWorking(false);
    onAnswer(result.ok ? null : result.error);
    if (result.ok || result.error.code !== 'recovery-code-mistyped') {
      input.value = '';
      setEmpty(true);
    }
    input.focus();
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="xs">
        <TextInput
          ref={field}
          label={t('secondFactor.recoveryCode')}
          placeholder="XXXX-XXXX-XXXX-XXXXX"
          size="md"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={RECOVERY_CODE_LENGTH}
          onChange={(event) => setEmpty(event.currentTarget.value.trim() === '')}
        />
        <Button type="submit" variant="default" loading={working} disabled={empty}>
          {t('secondFactor.submit')}
        </Button>
      </Stack>
    </form>
  );
}
