import { PinInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';

const DIGITS = 6;

interface FieldProps {
  /** What main said to the last try; null while it has not answered, and when it was right. */
  readonly onAnswer: (error: IpcError | null) => void;
  readonly send: (code: string) => Promise<IpcResult<null>>;
}

/** Six digits and they go: no button to press. */
export function CodeField({ onAnswer, send }: FieldProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [working, setWorking] = useState(false);
  // Each refusal is a new set of boxes: empty, and with the first of them focused.
  const [turn, setTurn] = useState(0);
  const submit = async (complete: string) => {
    setWorking(true);
    const result = await send(complete);
    setWorking(false);
    setCode('');
    onAnswer(result.ok ? null : result.error);
    setTurn((before) => before + 1);
  };
  return (
    <Stack gap="md" align="center">
      <Text c="dimmed" size="sm" w="100%">
        {t('unlock.text')}
      </Text>
      <PinInput
        key={turn}
        length={DIGITS}
        type="number"
        size="lg"
        autoFocus
        placeholder=""
        value={code}
        onChange={setCode}
        onComplete={(complete) => void submit(complete)}
        disabled={working}
        ariaLabel={t('unlock.code')}
      />
    </Stack>
  );
}
