import { Alert, Button, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import {
  IconDatabaseX,
  IconFileAlert,
  IconFileX,
  IconHistory,
  IconKeyOff,
  IconLock,
  IconServerOff,
  IconSettingsExclamation,
  IconShieldCheck,
  IconVersions,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppStatus, Fault } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { Centred } from '../../components/centred.tsx';
import { EnrolAnew } from './enrol-anew.tsx';

const ICONS: { readonly [F in Fault]: typeof IconKeyOff } = {
  'keychain-missing': IconKeyOff,
  'keychain-locked': IconLock,
  'keychain-unreadable': IconKeyOff,
  'wrong-key': IconKeyOff,
  'rolled-back': IconHistory,
  corrupt: IconDatabaseX,
  'disk-full': IconServerOff,
  'newer-schema': IconVersions,
  'not-writable': IconFileX,
  'log-broken': IconFileAlert,
  'keys-lost': IconKeyOff,
  'enrolled-before': IconKeyOff,
  'config-invalid': IconSettingsExclamation,
};

/** Faults that setting the cache aside and fetching it anew can mend. */
const REBUILDABLE: ReadonlySet<Fault> = new Set(['wrong-key', 'corrupt', 'rolled-back']);

/** Faults after which a new code is what helps. */
const ENROLS_ANEW: ReadonlySet<Fault> = new Set(['keys-lost', 'enrolled-before']);

interface FaultScreenProps {
  readonly app: AppStatus;
  readonly fault: NonNullable<AppStatus['fault']>;
}

/** Why the terminal cannot work: what happened, what to do, and that nothing is lost. */
export function FaultScreen({ app, fault }: FaultScreenProps) {
  const { t } = useTranslation();
  const [working, setWorking] = useState<'retry' | 'rebuild' | null>(null);
  const [sure, setSure] = useState(false);
  const [enrolling, setEnrolling] = useState(false);
  const Icon = ICONS[fault.kind];
  const act = async (what: 'retry' | 'rebuild') => {
    setWorking(what);
    await call(`app.${what}`);
    setWorking(null);
    setSure(false);
  };
  return (
    <Centred app={app} width="wide">
      <Stack gap="md" role="alert">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <ThemeIcon variant="light" color="orange" size={44} radius="md">
            <Icon size={24} stroke={1.6} />
          </ThemeIcon>
          <div>
            <Title order={2} size="h3">
              {t(`fault.${fault.kind}.title`)}
            </Title>
            <Text mt={6}>{t(`fault.${fault.kind}.text`, { detail: fault.detail })}</Text>
          </div>
        </Group>
        <Text fw={550}>{t(`fault.${fault.kind}.help`)}</Text>
        <Alert role="note" variant="light" color="teal" icon={<IconShieldCheck size={18} />} p="xs">
          {t('fault.reassure')}
        </Alert>
        {sure && <Text size="sm">{t('fault.rebuildConfirm')}</Text>}
        {enrolling ? (
          <EnrolAnew onLeave={() => setEnrolling(false)} />
        ) : (
          <Group gap="sm">
            <Button
              autoFocus
              onClick={() => void act('retry')}
              loading={working === 'retry'}
              disabled={working !== null}
            >
              {t('action.retry')}
            </Button>
            {REBUILDABLE.has(fault.kind) && (
              <Button
                variant={sure ? 'filled' : 'default'}
                {...(sure ? { color: 'red.9' } : {})}
                onClick={() => (sure ? void act('rebuild') : setSure(true))}
                loading={working === 'rebuild'}
                disabled={working !== null}
              >
                {sure ? t('fault.rebuildNow') : t('action.rebuild')}
              </Button>
            )}
            {ENROLS_ANEW.has(fault.kind) && (
              <Button variant="default" onClick={() => setEnrolling(true)} disabled={working !== null}>
                {t('fault.enrolAnew')}
              </Button>
            )}
            {sure && (
              <Button variant="subtle" color="gray" onClick={() => setSure(false)} disabled={working !== null}>
                {t('action.cancel')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Centred>
  );
}
