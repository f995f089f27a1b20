import { Button, List, Stack, Text } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { type Take, useTaking } from './use-taking.ts';

/** Why there are shares, who keeps them, and the button that makes them. */
export function SharesStep({ take }: { readonly take: Take }) {
  const { t, i18n } = useTranslation();
  const { working, error, send } = useTaking(take);
  return (
    <Stack gap="md">
      <Text>{t('founding.sharesText')}</Text>
      <List spacing={6} size="sm">
        <List.Item>{t('founding.keepers')}</List.Item>
        <List.Item>{t('founding.apart')}</List.Item>
        <List.Item>{t('founding.sealed')}</List.Item>
      </List>
      {error !== null && (
        <Text c="var(--bad)" size="sm" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Button
        autoFocus
        leftSection={<IconFileText size={18} aria-hidden="true" />}
        loading={working}
        onClick={() => void send(() => call('founding.handOut'))}
      >
        {t('founding.handOut')}
      </Button>
      <Text size="xs" c="dimmed" ta="center">
        {t('founding.handOutHint')}
      </Text>
    </Stack>
  );
}
