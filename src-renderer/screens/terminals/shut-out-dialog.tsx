import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { TerminalView } from '../../../src-shared/ipc/terminal-views.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

export interface ShutOutQuestion {
  readonly one: TerminalView;
  readonly how: 'revoke' | 'wipe';
}

interface ShutOutDialogProps {
  readonly question: ShutOutQuestion | null;
  readonly onClose: () => void;
}

/** Says what will happen, and asks for the second factor where it was not given yet. */
export function ShutOutDialog({ question, onClose }: ShutOutDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      title={question !== null && <Title {...question} />}
      size="md"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {question !== null && <Asked question={question} onClose={onClose} />}
    </Modal>
  );
}

function Title({ one, how }: ShutOutQuestion) {
  const { t } = useTranslation();
  return t(`terminals.ask.${how}.title`, { name: one.name });
}

function Asked({ question, onClose }: { readonly question: ShutOutQuestion; readonly onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { one, how } = question;
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const order = async () => {
    setWorking(true);
    const carryOut = () => call('terminals.shutOut', { terminalId: one.id, how });
    let result = await carryOut();
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask()))
      result = await carryOut();
    setWorking(false);
    if (result.ok) onClose();
    else if (result.error.code !== 'needs-unlock') setError(result.error);
  };
  return (
    <>
      <Text size="sm">{t(`terminals.ask.${how}.text`)}</Text>
      {one.isHere && (
        <Alert mt="sm" color="orange" icon={<IconAlertTriangle />}>
          {t('terminals.ask.here')}
        </Alert>
      )}
      {error !== null && (
        <Text mt="sm" c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('terminals.ask.keep')}
        </Button>
        <Button color="red.9" loading={working} onClick={() => void order()}>
          {t(`terminals.ask.${how}.do`)}
        </Button>
      </Group>
    </>
  );
}
