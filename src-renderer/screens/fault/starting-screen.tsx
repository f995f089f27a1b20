import { Group, Loader, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Centred } from '../../components/centred.tsx';

export function StartingScreen() {
  const { t } = useTranslation();
  return (
    <Centred app={null}>
      <Group gap="sm" role="status">
        <Loader size="sm" />
        <Text c="dimmed">{t('app.starting')}</Text>
      </Group>
    </Centred>
  );
}
