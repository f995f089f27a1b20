import { Tooltip, UnstyledButton } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import { Ring } from '../../components/ring.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatLeft } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';
import classes from './shell.module.css';

/** The whole of a full ring: how long an unlock lasts without activity. */
const FULL_MS = 5 * 60_000;
const SOON_MS = 60_000;

/** Whether the second factor is in force, and for how long: the ring empties, activity fills it. */
export function UnlockState({ session }: { readonly session: SessionView }) {
  const { t } = useTranslation();
  const { unlock } = session;
  const now = useNow(1_000, unlock === null ? 'still' : 'running');
  if (unlock === null) {
    return (
      <Tooltip label={`${t('unlock.press')} · Alt U`}>
        <UnstyledButton className={classes['unlock']} onClick={() => void useUnlock.getState().ask()}>
          <IconShieldLock size={18} stroke={1.6} aria-hidden="true" />
          {t('unlock.signedIn')}
        </UnstyledButton>
      </Tooltip>
    );
  }
  const left = Math.min(unlock.idleEndsAt, unlock.endsAt) - now;
  return (
    <div className={classes['unlock']} data-unlocked>
      <Ring left={left} whole={FULL_MS} tone={left < SOON_MS ? 'warn' : 'accent'} />
      <span>
        {t('unlock.unlocked')} <b>{formatLeft(left)}</b>
      </span>
    </div>
  );
}
