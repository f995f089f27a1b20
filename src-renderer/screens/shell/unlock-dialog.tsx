import { Alert, Group, Modal, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

/** While main asks for the second factor in its own window, this says so; closing it takes the question back. */
export function UnlockDialog() {
  const { t, i18n } = useTranslation();
  const { asking, error, recoveryCodesLeft, dismiss } = useUnlock();
  return (
    <Modal
      opened={asking || error !== null || recoveryCodesLeft !== null}
      onClose={dismiss}
      title={t('unlock.title')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {recoveryCodesLeft !== null && <CodesLeft count={recoveryCodesLeft} />}
      {asking && (
        <Group gap="sm" wrap="nowrap" pb="xs">
          <IconShieldLock size={20} stroke={1.6} aria-hidden="true" />
          <Text c="dimmed">{t('unlock.inFront')}</Text>
        </Group>
      )}
      {error !== null && (
        <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden="true" />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )}
    </Modal>
  );
}

/** Each works once: she is told while there is time to get new ones. */
function CodesLeft({ count }: { readonly count: number }) {
  const { t } = useTranslation();
  return (
    <Alert color={count < FEW ? 'orange' : 'blue'} role="status" icon={<IconShieldLock aria-hidden="true" />}>
      {count === 0 ? t('secondFactor.noCodesLeft') : t('secondFactor.codesLeft', { count })}
    </Alert>
  );
}

const FEW = 3;
