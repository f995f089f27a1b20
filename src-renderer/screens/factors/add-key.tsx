import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { FactorsView } from '../../../src-shared/ipc/views.ts';
import { KEY_NAME_LENGTH } from '../../../src-shared/model/entities.ts';
import { call } from '../../bridge.ts';
import { sayError, sayRefusal } from '../../i18n/format.ts';

interface AddKeyProps {
  readonly access: FactorsView['addKey'];
  readonly first: boolean;
  readonly onAdded: () => void;
}

/** What the key is called; the rest happens in main's own window. */
export function AddKey({ access, first, onAdded }: AddKeyProps) {
  const { t, i18n } = useTranslation();
  const [name, setName] = useState('');
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  if (!access.allowed) {
    return (
      <Text size="sm" c="dimmed">
        {sayRefusal(t, access, i18n.language)}
      </Text>
    );
  }
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    setError(null);
    const result = await call('securityKey.add', { name: name.trim() || t('securityKey.unnamed') });
    setWorking(false);
    if (result.ok) {
      setName('');
      onAdded();
    } else if (result.error.code !== 'cancelled') setError(result.error);
  };
  return (
    <form onSubmit={(event) => void add(event)}>
      <Stack gap="xs">
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={t('securityKey.name')}
            placeholder={t('securityKey.nameExample')}
            maxLength={KEY_NAME_LENGTH}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            disabled={working}
            data-autofocus={first}
          />
          <Button type="submit" loading={working} leftSection={<IconPlus size={16} aria-hidden="true" />}>
            {t('securityKey.add')}
          </Button>
        </Group>
        {working && (
          <Text size="sm" c="dimmed" role="status">
            {t('securityKey.inFront')}
          </Text>
        )}
        {error !== null && (
          <Text size="sm" c="var(--bad)" role="alert">
            {sayError(t, error, i18n.language)}
          </Text>
        )}
      </Stack>
    </form>
  );
}
