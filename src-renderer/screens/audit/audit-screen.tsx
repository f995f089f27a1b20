import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconCloudOff, IconMoonStars } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditView } from '../../../src-shared/ipc/audit-views.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { Waiver } from '../../../src-shared/model/day-close.ts';
import { call } from '../../bridge.ts';
import { ScreenHead } from '../../components/screen-head.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { formatDay, sayError } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import classes from './audit.module.css';
import { AuditSteps, isAnswered } from './audit-steps.tsx';
import { LastClose } from './last-close.tsx';
import { NightPreview } from './night-preview.tsx';
import { TrialBalance } from './trial-balance.tsx';

const ask = () => call('audit.view');

/** The night audit: what is open, what the night posts, what the day comes to, and closing it. Without the line too. */
export function AuditScreen() {
  const { t, i18n } = useTranslation();
  const dataVersion = useTerminal((state) => state.dataVersion);
  const offline = useTerminal(({ sync }) => sync?.line === 'offline');
  const { value: audit, error: unread, again } = useAnswer(useCallback(ask, []), dataVersion);
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [sure, setSure] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  if (audit === null) {
    if (unread === null) return null;
    return (
      <Alert m="md" color="orange" icon={<IconAlertTriangle aria-hidden="true" />}>
        {sayError(t, unread, i18n.language)}
      </Alert>
    );
  }
  const day = formatDay(audit.businessDate, i18n.language);
  const next = formatDay(audit.next, i18n.language);
  const isReady = audit.steps.every((step) => isAnswered(step, reasons));
  const roll = async () => {
    if (!sure) return setSure(true);
    setWorking(true);
    const result = await call('audit.roll', { from: audit.businessDate, waived: waivedOf(audit, reasons) });
    setWorking(false);
    setSure(false);
    setError(result.ok ? null : result.error);
    if (result.ok) setReasons({});
    again();
  };
  return (
    <div className={classes['audit']}>
      <ScreenHead title={t('audit.title')} note={t('audit.closing', { day, next })} />
      <div className={classes['columns']}>
        <AuditSteps
          audit={audit}
          reasons={reasons}
          onReason={(step, reason) => setReasons({ ...reasons, [step]: reason })}
          onChanged={again}
        />
        <div className={classes['side']}>
          <TrialBalance balances={audit.balances} />
          <section className={classes['panel']} aria-label={t('audit.roll', { day, next })}>
            <Text size="sm">{t('audit.rollText')}</Text>
            {offline && (
              <Text size="sm" mt={6} c="var(--warn)" className={classes['offline']}>
                <IconCloudOff size={16} aria-hidden="true" />
                {t('audit.offline', { count: audit.waiting })}
              </Text>
            )}
            <Button
              mt="sm"
              fullWidth
              variant={sure ? 'filled' : 'light'}
              disabled={!isReady}
              loading={working}
              leftSection={<IconMoonStars size={17} aria-hidden="true" />}
              onBlur={() => setSure(false)}
              onClick={() => void roll()}
            >
              {t(sure ? 'audit.rollSure' : 'audit.roll', { day, next })}
            </Button>
            {!isReady && (
              <Text size="sm" mt={6} c="dimmed">
                {t('audit.stillOpen')}
              </Text>
            )}
            {error !== null && (
              <Text size="sm" c="var(--bad)" mt={6} role="alert">
                {sayError(t, error, i18n.language)}
              </Text>
            )}
          </section>
          {audit.last !== null && <LastClose close={audit.last} />}
        </div>
        <NightPreview night={audit.night} />
      </div>
    </div>
  );
}

function waivedOf({ steps }: AuditView, reasons: Readonly<Record<string, string>>): Waiver[] {
  return steps.flatMap(({ step, count }) =>
    count > 0 && step !== 'calendar' && step !== 'rooms' ? [{ step, reason: (reasons[step] ?? '').trim() }] : [],
  );
}
