import { Alert, Group, Modal, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

/** While main asks for the second factor in its own window, this says so; closing it takes the question back. */
export function UnlockDialog() {
  const { t, i18n } = useTranslation();
  const { asking, error, dismiss } = useUnlock();
  return (
    <Modal
      opened={asking || error !== null}
      onClose={dismiss}
      title={t('unlock.title')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {error === null ? (
        <Group gap="sm" wrap="nowrap" pb="xs">
          <IconShieldLock size={20} stroke={1.6} aria-hidden="true" />
          <Text c="dimmed">{t('unlock.inFront')}</Text>
        </Group>
      ) : (
        <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden="true" />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )}
    </Modal>
  );
}
