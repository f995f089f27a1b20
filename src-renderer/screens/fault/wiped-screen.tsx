import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconEraser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppStatus } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { Centred } from '../../components/centred.tsx';

/** Nothing is left here: keys and files were destroyed by an order. It can be set up anew like a new terminal. */
export function WipedScreen({ app }: { readonly app: AppStatus }) {
  const { t } = useTranslation();
  return (
    <Centred app={app}>
      <Stack gap="md">
        <Alert color="red" icon={<IconEraser />} title={t('wiped.title')}>
          <Text size="sm">{t('wiped.text')}</Text>
        </Alert>
        <Button variant="default" onClick={() => void call('app.retry')}>
          {t('wiped.again')}
        </Button>
      </Stack>
    </Centred>
  );
}
