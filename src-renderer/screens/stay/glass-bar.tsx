import { Button } from '@mantine/core';
import { IconHourglass, IconUrgent } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { GlassView } from '../../../src-shared/ipc/views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { useNow } from '../../components/use-now.ts';
import { formatLeft, sayError } from '../../i18n/format.ts';
import { useUnlock, useView } from '../../state/stores.ts';
import classes from './glass.module.css';

interface GlassBarProps {
  readonly stayId: StayId;
  readonly state: Exclude<GlassView['state'], { name: 'whole' }>;
  /** The glass is not as it was. */
  readonly onChange: () => void;
}

/** How far the glass is: waiting, ready, broken, with the time left; and the way to begin, take back, end. */
export function GlassBar({ stayId, state, onChange }: GlassBarProps) {
  const { t, i18n } = useTranslation();
  const [error, setError] = useState<IpcError | null>(null);
  const left = state.until - useNow(500);
  useAtZero(left, state.until, onChange);
  const isHere = state.stayId === stayId;

  const begin = async () => {
    let result = await call('glass.begin');
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask()))
      result = await call('glass.begin');
    setError(result.ok ? null : result.error);
    onChange();
  };
  const end = async () => {
    await call('glass.end');
    onChange();
  };
  const isBroken = state.name === 'broken';
  const Icon = isBroken ? IconUrgent : IconHourglass;
  const words = { waiting: 'glass.waiting', ready: 'glass.ready', broken: 'glass.open' } as const;
  return (
    <div className={classes['bar']} data-broken={(isBroken && isHere) || undefined} role="status">
      <Icon size={18} aria-hidden="true" />
      <b>{t(words[state.name], { left: formatLeft(left) })}</b>
      <span>
        {!isHere && t('glass.elsewhere')}
        {isHere && isBroken && t('glass.openText')}
        {error !== null && <em>{sayError(t, error, i18n.language)}</em>}
      </span>
      {!isHere && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => useView.getState().go({ area: 'stay', stayId: state.stayId })}
        >
          {t('glass.go')}
        </Button>
      )}
      {state.name === 'ready' && isHere && (
        <Button size="compact-sm" color="red.9" onClick={() => void begin()}>
          {t('glass.begin')}
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={() => void end()}>
        {t(isBroken ? 'glass.end' : 'glass.cancel')}
      </Button>
    </div>
  );
}

/** Once, when the time that was counted down is over. */
function useAtZero(left: number, until: number, then: () => void): void {
  const told = useRef(0);
  useEffect(() => {
    if (left > 0 || told.current === until) return;
    told.current = until;
    then();
  }, [left, until, then]);
}
