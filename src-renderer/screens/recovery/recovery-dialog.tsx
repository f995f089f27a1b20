import { Alert, Button, Modal, Select, Stack, Text } from '@mantine/core';
import { IconLifebuoy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useRecovery } from '../../state/recovery.ts';

const askStaff = () => call('session.staff');

/** Brings the keys back from two shares: the words are typed into main's own window, this only begins it. */
export function RecoveryDialog() {
  const { t } = useTranslation();
  const { shown, show } = useRecovery();
  return (
    <Modal
      opened={shown}
      onClose={() => {
        void call('session.cancel');
        show(false);
      }}
      title={t('recovery.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {shown && <Recovery />}
    </Modal>
  );
}

function Recovery() {
  const { t, i18n } = useTranslation();
  const { value: staff } = useAnswer(askStaff);
  const [chosen, setChosen] = useState<string | null>(null);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const [recovered, setRecovered] = useState<number | null>(null);
  const officers = (staff ?? []).filter(({ role }) => role === 'security-officer');
  const officer = officers.find(({ id }) => id === chosen) ?? officers[0];
  const begin = async () => {
    if (officer === undefined) return;
    setWorking(true);
    const result = await call('keys.recover', { officerId: officer.id });
    setWorking(false);
    setError(result.ok || result.error.code === 'cancelled' ? null : result.error);
    if (result.ok) setRecovered(result.value.keys);
  };
  if (recovered !== null) {
    return (
      <Alert color="teal" role="status" icon={<IconLifebuoy aria-hidden="true" />}>
        {t('recovery.done', { count: recovered })}
      </Alert>
    );
  }
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('recovery.text')}</Text>
      {staff !== null && officers.length === 0 ? (
        <Text role="alert">{t('recovery.nobody')}</Text>
      ) : (
        <Select
          label={t('recovery.officer')}
          allowDeselect={false}
          data={officers.map(({ id, name, staffNumber }) => ({ value: id, label: `${name} · ${staffNumber}` }))}
          value={officer?.id ?? null}
          onChange={setChosen}
        />
      )}
      {error !== null && (
        <Text c="var(--bad)" size="sm" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Button autoFocus loading={working} disabled={officer === undefined} onClick={() => void begin()}>
        {t('recovery.submit')}
      </Button>
    </Stack>
  );
}
