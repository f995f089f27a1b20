import { Alert, Button, SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelOutput } from '../../../src-shared/ipc/contract.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { LogItem, LogVerdict } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { ScreenHead } from '../../components/screen-head.tsx';
import { sayError } from '../../i18n/format.ts';
import classes from './log.module.css';
import { LogTable } from './log-table.tsx';

const PAGE = 100;
const FILTERS = ['all', 'reveals', 'sessions', 'refusals'] as const;
type Filter = (typeof FILTERS)[number];
const FILTER_WORDS = {
  all: 'log.filterAll',
  reveals: 'log.filterReveals',
  sessions: 'log.filterSessions',
  refusals: 'log.filterRefusals',
} as const;

/** Who did what, newest first; everybody sees her own part, the security officer all of it, and anybody may check the chain. */
export function LogScreen() {
  const { t, i18n } = useTranslation();
  const [filter, setFilter] = useState<Filter>('all');
  const [items, setItems] = useState<readonly LogItem[]>([]);
  const [about, setAbout] = useState<Omit<ChannelOutput<'log.list'>, 'items'> | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const [end, setEnd] = useState(false);

  const load = useCallback(async (type: Filter, before?: number) => {
    const result = await call('log.list', { type, limit: PAGE, ...(before === undefined ? {} : { before }) });
    if (!result.ok) return setError(result.error);
    const { items: page, ...rest } = result.value;
    setError(null);
    setAbout(rest);
    setEnd(page.length < PAGE);
    setItems((shown) => (before === undefined ? page : [...shown, ...page]));
  }, []);
  useEffect(() => void load(filter), [load, filter]);

  return (
    <section className={classes['log']} aria-label={t('log.title')}>
      <ScreenHead
        title={t('log.title')}
        note={
          about && `${t(about.scope === 'own' ? 'log.own' : 'log.all')} · ${t('log.total', { count: about.total })}`
        }
      >
        <SegmentedControl
          aria-label={t('log.title')}
          value={filter}
          onChange={(value) => setFilter(value as Filter)}
          data={FILTERS.map((value) => ({ value, label: t(FILTER_WORDS[value]) }))}
        />
        <Verify onDone={() => void load(filter)} />
      </ScreenHead>
      {error !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )}
      <LogTable items={items} edge="window" {...(end ? {} : { onMore: () => void load(filter, items.at(-1)?.seq) })} />
    </section>
  );
}

/** Checks the whole chain and says what it found. */
function Verify({ onDone }: { readonly onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const [working, setWorking] = useState(false);
  const [verdict, setVerdict] = useState<LogVerdict | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const verify = async () => {
    setWorking(true);
    const result = await call('log.verify');
    setWorking(false);
    setVerdict(result.ok ? result.value : null);
    setError(result.ok ? null : result.error);
    onDone();
  };
  return (
    <div className={classes['verify']} role="status">
      {verdict !== null && (
        <span data-intact={verdict.intact}>
          {verdict.intact ? (
            <IconShieldCheck size={18} aria-hidden="true" />
          ) : (
            <IconShieldX size={18} aria-hidden="true" />
          )}
          {verdict.problem === null
            ? t('log.intact', { count: verdict.entries })
            : t('log.broken', {
                at: verdict.atSeq ?? verdict.entries,
                problem: t(`log.problem.${verdict.problem}`),
              })}{' '}
          {t(`log.server.${verdict.server}`)}
        </span>
      )}
      {error !== null && <span data-intact="false">{sayError(t, error, i18n.language)}</span>}
      <Button variant="default" onClick={() => void verify()} loading={working}>
        {t('action.verify')}
      </Button>
    </div>
  );
}
