import { Alert, Button, Group, Modal, Radio, Select, Stack, Text, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconShieldLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { GlassView } from '../../../src-shared/ipc/views.ts';
import { CASE_TEXT } from '../../../src-shared/model/entities.ts';
import { EmployeeId, type StayId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

interface GlassDialogProps {
  readonly stayId: StayId;
  readonly confirmers: GlassView['confirmers'];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const MINUTES = { open: 15, delay: 10 } as const;

/** Why, and by whom it is confirmed: a colleague on the spot, or nobody, which takes time. */
export function GlassDialog({ stayId, confirmers, onDone, onClose }: GlassDialogProps) {
  const { t, i18n } = useTranslation();
  const [reason, setReason] = useState('');
  const [way, setWay] = useState<'person' | 'delay'>(confirmers.length > 0 ? 'person' : 'delay');
  const [person, setPerson] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const chosen = confirmers.find(({ id }) => id === person);
  const isWhole = reason.trim().length >= CASE_TEXT.least && (way === 'delay' || chosen !== undefined);

  const ask = async (event: FormEvent) => {
    event.preventDefault();
    if (!isWhole || asking) return;
    setError(null);
    setAsking(true);
    const confirmer = way === 'person' && person !== null ? EmployeeId.parse(person) : null;
    const input = { stayId, reason, confirmer };
    let result = await call('glass.ask', input);
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask()))
      result = await call('glass.ask', input);
    setAsking(false);
    if (result.ok) onDone();
    else if (result.error.code !== 'cancelled') setError(result.error);
  };
  const nameOf = ({ name, nameLatin, role }: GlassView['confirmers'][number]) =>
    `${i18n.language === 'en' ? (nameLatin ?? name) : name} · ${t(`role.${role}`)}`;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('glass.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={(event) => void ask(event)}>
        <Stack gap="md">
          <Text size="sm">{t('glass.text', { minutes: MINUTES.open })}</Text>
          <Textarea
            label={t('glass.reason')}
            placeholder={t('glass.reasonHint')}
            description={t('glass.reasonShort', { count: CASE_TEXT.least })}
            required
            data-autofocus
            minRows={2}
            autosize
            maxLength={CASE_TEXT.most}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Radio.Group
            label={t('glass.how')}
            value={way}
            onChange={(value) => setWay(value === 'delay' ? 'delay' : 'person')}
          >
            <Stack gap="xs" mt={6}>
              <Radio
                value="person"
                label={t('glass.person')}
                description={t(confirmers.length > 0 ? 'glass.personText' : 'glass.noPerson')}
                disabled={confirmers.length === 0}
              />
              {way === 'person' && (
                <Select
                  ml={30}
                  aria-label={t('glass.pick')}
                  placeholder={t('glass.pick')}
                  searchable
                  data={confirmers.map((one) => ({ value: one.id, label: nameOf(one) }))}
                  value={person}
                  onChange={setPerson}
                />
              )}
              <Radio
                value="delay"
                label={t('glass.delay', { minutes: MINUTES.delay })}
                description={t('glass.delayText')}
              />
            </Stack>
          </Radio.Group>
          {asking && chosen !== undefined && way === 'person' && (
            <Group gap="sm" wrap="nowrap" role="status">
              <IconShieldLock size={20} stroke={1.6} aria-hidden="true" />
              <Text c="dimmed">{t('glass.inFront', { name: chosen.name })}</Text>
            </Group>
          )}
          {error !== null && (
            <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden="true" />}>
              {sayError(t, error, i18n.language)}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" color="red.9" disabled={!isWhole} loading={asking}>
              {t(way === 'person' ? 'glass.submit' : 'glass.submitDelay')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
