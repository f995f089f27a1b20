import { Anchor, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';
import type { PromptQuestion } from '../../src-shared/ipc/prompt-contract.ts';
import { CodeCheck } from './code-check.tsx';
import { CodeField } from './code-field.tsx';
import { RecoveryCodeField } from './recovery-code-field.tsx';

interface FieldProps {
  readonly check: PromptQuestion['check'];
  /** What main said to the last try; null while it has not answered, and when it was right. */
  readonly onAnswer: (error: IpcError | null) => void;
  readonly sendCode: (code: string) => Promise<IpcResult<null>>;
  readonly sendRecoveryCode: (code: string) => Promise<IpcResult<null>>;
}

/** The code of the phone, or one of those on paper; and who will check it. */
export function SecondFactorField({ check, onAnswer, sendCode, sendRecoveryCode }: FieldProps) {
  const { t } = useTranslation();
  const [onPaper, setOnPaper] = useState(false);
  const change = () => {
    setOnPaper(!onPaper);
    onAnswer(null);
  };
  return (
    <Stack gap="sm">
      {onPaper ? (
        <RecoveryCodeField onAnswer={onAnswer} send={sendRecoveryCode} />
      ) : (
        <CodeField onAnswer={onAnswer} send={sendCode} />
      )}
      <Group justify="space-between" gap={4}>
        {check !== null && <CodeCheck check={check} />}
        <Anchor component="button" type="button" size="sm" ta="start" onClick={change}>
          {t(onPaper ? 'secondFactor.usePhone' : 'secondFactor.useRecoveryCode')}
        </Anchor>
      </Group>
    </Stack>
  );
}
