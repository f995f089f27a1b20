import { Button, Code, Modal, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { EnrolmentCodeView } from '../../../src-shared/ipc/terminal-views.ts';
import { call } from '../../bridge.ts';
import { QrCode } from '../../components/qr-code.tsx';
import { formatTime, sayError } from '../../i18n/format.ts';
import classes from './terminals.module.css';

/** Three groups of five a line, as they are read out. */
const inTwoLines = (code: string) => code.replace(/^((?:.{5}-){2}.{5}-)/, '$1\n');

/** A code for the next terminal, to be scanned or typed there. It lives as long as this dialog is open, and is asked for anew. */
export function NewCode() {
  const { t, i18n } = useTranslation();
  const [shown, setShown] = useState<EnrolmentCodeView | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const ask = async () => {
    setWorking(true);
    const result = await call('terminals.code');
    setWorking(false);
    setShown(result.ok ? result.value : null);
    setError(result.ok ? null : result.error);
  };
  const close = () => {
    setShown(null);
    setError(null);
  };
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden="true" />} loading={working} onClick={() => void ask()}>
        {t('terminals.newCode')}
      </Button>
      <Modal
        opened={shown !== null || error !== null}
        onClose={close}
        title={t('terminals.newCode')}
        size="sm"
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {error !== null && <Text c="var(--bad)">{sayError(t, error, i18n.language)}</Text>}
        {shown !== null && (
          <Stack align="center" gap="sm">
            <QrCode text={shown.code} label={t('terminals.qr')} />
            <Code className={classes['code']}>{inTwoLines(shown.code)}</Code>
            <Text size="sm" ta="center">
              {t('terminals.codeText', { until: formatTime(shown.expiresAt, i18n.language) })}
            </Text>
          </Stack>
        )}
      </Modal>
    </>
  );
}
