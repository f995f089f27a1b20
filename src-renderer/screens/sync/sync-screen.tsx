import { Alert, Button, Table, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LeaseView, SyncView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { ScreenHead } from '../../components/screen-head.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { formatTime, sayError } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import classes from './sync.module.css';

const CLOCK_OFF_MS = 60_000;
const askRefused = () => call('sync.refused');
const askLease = () => call('session.lease');

/** The line to the server: what waits, what came back, and which batches were set aside whole. */
export function SyncScreen() {
  const { t, i18n } = useTranslation();
  const sync = useTerminal((state) => state.sync);
  const { value: batches, error } = useAnswer(askRefused, sync?.refusedBatches ?? 0);
  if (sync === null) return null;
  return (
    <section className={classes['sync']} aria-label={t('sync.title')}>
      <ScreenHead title={t('sync.title')}>
        <Button variant="default" ml="auto" onClick={() => void call('sync.now')} loading={sync.line === 'syncing'}>
          {t('action.syncNow')}
        </Button>
      </ScreenHead>
      {sync.line === 'offline' && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t('sync.offline')}>
          {sync.problem !== null && <Text size="sm">{t(`sync.problem.${sync.problem}`)}</Text>}
          <Text size="sm">{t('sync.offlineText')}</Text>
        </Alert>
      )}
      {Math.abs(sync.clockOffsetMs) > CLOCK_OFF_MS && (
        <Alert color="orange" icon={<IconAlertTriangle />}>
          {t('sync.clockOff', { seconds: Math.round(Math.abs(sync.clockOffsetMs) / 1000) })}
        </Alert>
      )}
      {sync.restoredAt !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t('sync.restored')}>
          <Text size="sm">{t('sync.restoredText', { when: formatTime(sync.restoredAt, i18n.language, 'day') })}</Text>
        </Alert>
      )}
      {sync.log?.problem != null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('sync.logProblem')}>
          <Text size="sm">{t(`sync.log.${sync.log.problem}`)}</Text>
        </Alert>
      )}
      <Figures sync={sync} />
      <div className={classes['batches']}>
        <h2>{t('sync.refusedBatches')}</h2>
        {error !== null && <Text c="var(--bad)">{sayError(t, error, i18n.language)}</Text>}
        {batches?.length === 0 && <Text c="dimmed">{t('sync.noBatches')}</Text>}
        {batches !== null && batches.length > 0 && (
          <>
            <Text size="sm">{t('sync.setAside')}</Text>
            <Table mt="xs">
              <Table.Thead>
                <Table.Tr>
                  {(['received', 'range', 'field', 'reason'] as const).map((column) => (
                    <Table.Th key={column}>{t(`sync.${column}`)}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {batches.map((batch) => (
                  <Table.Tr key={batch.id}>
                    <Table.Td>{formatTime(batch.receivedAt, i18n.language, 'day')}</Table.Td>
                    <Table.Td>
                      {batch.fromSeq}–{batch.toSeq}
                    </Table.Td>
                    <Table.Td>{batch.field}</Table.Td>
                    <Table.Td>{batch.reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
      </div>
    </section>
  );
}

function Figures({ sync }: { readonly sync: SyncView }) {
  const { t, i18n } = useTranslation();
  // Every unlock by the server brings a new one.
  const unlockEnds = useTerminal((state) => state.session?.unlock?.endsAt);
  const { value: lease } = useAnswer(askLease, unlockEnds);
  const figures = [
    [t('sync.last'), sync.lastSyncAt === null ? t('sync.never') : formatTime(sync.lastSyncAt, i18n.language, 'day')],
    [t('sync.queue'), sync.queued],
    [t('sync.refusedOperations'), sync.refusedOperations],
    [t('sync.refusedBatches'), sync.refusedBatches],
    [t('sync.logWaiting'), sync.log?.waiting ?? '–'],
    [t('sync.clock'), `${formatSeconds(sync.clockOffsetMs)} s`],
    [t('secondFactor.lease'), lease === null ? '' : sayLease(t, lease, i18n.language)],
  ] as const;
  return (
    <dl className={classes['figures']}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function sayLease(t: TFunction, { until, problem }: LeaseView, language: string): string {
  if (until === null) return t(`secondFactor.leaseProblem.${problem ?? 'none'}`);
  return t('secondFactor.leaseUntil', { until: formatTime(until, language, 'date') });
}

/** To a tenth, and never a minus before nothing. */
function formatSeconds(ms: number): string {
  return (Math.round(ms / 100) / 10 + 0).toFixed(1);
}
