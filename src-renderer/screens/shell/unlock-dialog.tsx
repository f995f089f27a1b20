import { Modal, PinInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/contract.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal, useUnlock } from '../../state/stores.ts';

const DIGITS = 6;

/** The second factor, asked for from anywhere. Six digits and it goes: no button to press. */
export function UnlockDialog() {
  const { t } = useTranslation();
  const open = useUnlock((state) => state.waiting !== null);
  return (
    <Modal
      opened={open}
      onClose={() => useUnlock.getState().answer(false)}
      title={t('unlock.title')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <CodeForm />
    </Modal>
  );
}

function CodeForm() {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState('');
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  // Each refusal is a new set of boxes: empty, and with the first of them focused.
  const [turn, setTurn] = useState(0);
  const submit = async (complete: string) => {
    setWorking(true);
    const result = await call('session.unlock', { code: complete });
    setWorking(false);
    setCode('');
    if (result.ok) {
      useTerminal.setState({ session: result.value });
      useUnlock.getState().answer(true);
      return;
    }
    setError(result.error);
    setTurn((before) => before + 1);
  };
  return (
    <Stack gap="md" align="center" pb="sm">
      <Text c="dimmed" w="100%">
        {t('unlock.text')}
      </Text>
      <PinInput
        key={turn}
        length={DIGITS}
        type="number"
        size="lg"
        // The dialog puts the keyboard where this mark is.
        getInputProps={(index) => (index === 0 ? { 'data-autofocus': true } : {})}
        autoFocus
        placeholder=""
        value={code}
        onChange={setCode}
        onComplete={(complete) => void submit(complete)}
        disabled={working}
        error={error !== null}
        ariaLabel={t('unlock.code')}
      />
      <Text c="var(--bad)" size="sm" role="alert" mih={20}>
        {error !== null && sayError(t, error, i18n.language)}
      </Text>
    </Stack>
  );
}
