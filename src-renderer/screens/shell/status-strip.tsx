import { UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudPause,
  IconRefresh,
  IconShieldX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppStatus, SyncView } from '../../../src-shared/ipc/views.ts';
import { formatDay } from '../../i18n/format.ts';
import { useTerminal, useView } from '../../state/stores.ts';
import { OwnGrants } from './own-grants.tsx';
import classes from './shell.module.css';

const CLOCK_OFF_MS = 60_000;
const LINE_ICONS: { readonly [L in SyncView['line']]: typeof IconCloudCheck } = {
  online: IconCloudCheck,
  offline: IconCloudOff,
  syncing: IconRefresh,
  resting: IconCloudPause,
};

/** Business date, terminal, the line to the server and what waits for it. */
export function StatusStrip({ app }: { readonly app: AppStatus }) {
  const { t, i18n } = useTranslation();
  const sync = useTerminal((state) => state.sync);
  return (
    <footer className={classes['strip']}>
      {app.businessDate !== null && (
        <span>
          {t('strip.businessDate')} <b>{formatDay(app.businessDate, i18n.language, 'long')}</b>
        </span>
      )}
      <span>
        {t('strip.terminal')} <b>{app.terminalName}</b>
      </span>
      {app.demo && <span className={classes['demo']}>{t('app.demo')}</span>}
      <span className={classes['space']} />
      <OwnGrants />
      {sync !== null && Math.abs(sync.clockOffsetMs) > CLOCK_OFF_MS && (
        <span className={classes['warn']}>
          <IconAlertTriangle size={15} aria-hidden="true" />
          {t('sync.clockOff', { seconds: Math.round(Math.abs(sync.clockOffsetMs) / 1000) })}
        </span>
      )}
      {sync !== null && sync.restoredAt !== null && (
        <UnstyledButton className={classes['warn']} onClick={() => useView.getState().go({ area: 'sync' })}>
          <IconAlertTriangle size={15} aria-hidden="true" />
          {t('sync.restored')}
        </UnstyledButton>
      )}
      {sync !== null && <Line sync={sync} />}
    </footer>
  );
}

function Line({ sync }: { readonly sync: SyncView }) {
  const { t } = useTranslation();
  // A line that is there and leads to somebody else is another thing than none.
  const intercepted = sync.line === 'offline' && sync.problem === 'certificate';
  const Icon = intercepted ? IconShieldX : LINE_ICONS[sync.line];
  return (
    <UnstyledButton
      className={classes['line']}
      data-line={intercepted ? 'intercepted' : sync.line}
      title={sync.line === 'offline' ? t(intercepted ? 'sync.problem.certificate' : 'sync.offlineText') : undefined}
      onClick={() => useView.getState().go({ area: 'sync' })}
    >
      <Icon size={16} stroke={1.8} aria-hidden="true" />
      {t(intercepted ? 'sync.intercepted' : `sync.${sync.line}`)}
      {sync.queued > 0 && <span>· {t('sync.queued', { count: sync.queued })}</span>}
    </UnstyledButton>
  );
}
