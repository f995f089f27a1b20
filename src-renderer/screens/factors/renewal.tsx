import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconDeviceMobile, IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { FactorsView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { sayError, sayRefusal } from '../../i18n/format.ts';

const RENEWABLE = [
  { what: 'phone', Icon: IconDeviceMobile },
  { what: 'codes', Icon: IconFileText },
] as const;
type Renewable = (typeof RENEWABLE)[number]['what'];

/** A new phone, or new codes on paper: asked for here, made in main's own window. */
export function Renewal({ access }: { readonly access: FactorsView['renew'] }) {
  const { t, i18n } = useTranslation();
  const [working, setWorking] = useState<Renewable | null>(null);
  const [done, setDone] = useState<Renewable | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const renew = async (what: Renewable) => {
    setWorking(what);
    setDone(null);
    setError(null);
    const result = await call('factor.renew', { what });
    setWorking(null);
    if (result.ok) setDone(what);
    else if (result.error.code !== 'cancelled') setError(result.error);
  };
  return (
    <Stack gap="sm" component="section" aria-label={t('renewal.title')}>
      <div>
        <Title order={3} size="h5">
          {t('renewal.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {access.allowed ? t('renewal.text') : sayRefusal(t, access, i18n.language)}
        </Text>
      </div>
      {access.allowed && (
        <Group gap="sm">
          {RENEWABLE.map(({ what, Icon }) => (
            <Button
              key={what}
              variant="default"
              leftSection={<Icon size={16} aria-hidden="true" />}
              loading={working === what}
              disabled={working !== null && working !== what}
              onClick={() => void renew(what)}
            >
              {t(`renewal.${what}.title`)}
            </Button>
          ))}
        </Group>
      )}
      {working !== null && (
        <Text size="sm" c="dimmed" role="status">
          {t('securityKey.inFront')}
        </Text>
      )}
      {done !== null && (
        <Text size="sm" role="status">
          {t(`renewal.${done}.done`)}
        </Text>
      )}
      {error !== null && (
        <Text size="sm" c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
    </Stack>
  );
}
