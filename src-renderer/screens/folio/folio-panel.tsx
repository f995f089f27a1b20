import { Button, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { FolioView } from '../../../src-shared/ipc/folio-views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { ClassChip } from '../../components/class-chip.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { formatMoney, sayError } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import panel from '../stay/stay.module.css';
import classes from './folio.module.css';
import { FolioLines } from './folio-lines.tsx';
import { type Posted, PostForm } from './post-form.tsx';
import { SplitForm } from './split-form.tsx';
import { WINDOW_NAMES } from './window-names.ts';

type Way = Posted | 'split';

/** What may be done with the folio as it is, in the order of the desk; with the key that begins it. */
function waysOf({ may }: FolioView): readonly { readonly way: Way; readonly key: string | null }[] {
  return [
    ...(may.post
      ? [
          { way: 'charge', key: 'Alt C' } as const,
          { way: 'payment', key: 'Alt P' } as const,
          { way: 'split', key: null } as const,
        ]
      : []),
    ...(may.deposit ? [{ way: 'deposit', key: null } as const] : []),
    ...(may.refund ? [{ way: 'refund', key: null } as const] : []),
    ...(may.adjust ? [{ way: 'adjustment', key: null } as const] : []),
  ];
}

/** The folio of a stay: its lines with what was owed after each, and posting to it. */
export function FolioPanel({ stayId, onChanged }: { readonly stayId: StayId; readonly onChanged: () => void }) {
  const { t, i18n } = useTranslation();
  const dataVersion = useTerminal((state) => state.dataVersion);
  const ask = useCallback(() => call('folio.open', { stayId }), [stayId]);
  const { value: folio, error: unread, again } = useAnswer(ask, dataVersion);
  const [open, setOpen] = useState<Way | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const ways = folio === null ? [] : waysOf(folio);
  const begin = (way: Way) => ways.some((one) => one.way === way) && setOpen(way);
  useHotkeys([
    ['alt+C', () => begin('charge')],
    ['alt+P', () => begin('payment')],
  ]);
  const told = async (asked: Promise<IpcResult<FolioView>>) => {
    const result = await asked;
    setError(result.ok ? null : result.error);
    if (result.ok) {
      setOpen(null);
      again();
      onChanged();
    }
    return result.ok;
  };
  if (folio === null) {
    return unread === null ? null : (
      <section className={panel['panel']} aria-label={t('folio.title')}>
        <h2>{t('folio.title')}</h2>
        <Text size="sm">{sayError(t, unread, i18n.language)}</Text>
      </section>
    );
  }
  const say = (minor: number) => formatMoney(minor, folio.currency, i18n.language);
  const leave = () => {
    setOpen(null);
    setError(null);
  };
  return (
    <section className={panel['panel']} aria-label={t('folio.title')} id="folio">
      <h2>
        <span className={classes['head']}>
          {t('folio.title')}
          <b className={classes['balance']} data-owed={folio.balanceMinor !== 0 || undefined}>
            {say(folio.balanceMinor)}
          </b>
        </span>
        <ClassChip dataClass="basic" />
      </h2>
      <FolioLines folio={folio} onTold={told} />
      {folio.windows.length > 1 && (
        <p className={classes['windows']}>
          {folio.windows.map((one) => (
            <span key={one.folio}>
              {t(`folio.window.${WINDOW_NAMES[one.folio - 1] ?? 'guest'}`)} <b>{say(one.balanceMinor)}</b>
            </span>
          ))}
        </p>
      )}
      {ways.length > 0 && (
        <div className={classes['ways']}>
          {ways.map(({ way, key }) => (
            <Button
              key={way}
              size="compact-sm"
              variant={open === way ? 'filled' : 'default'}
              aria-expanded={open === way}
              onClick={() => (open === way ? leave() : setOpen(way))}
              rightSection={key === null ? undefined : <kbd>{key}</kbd>}
            >
              {t(`folio.way.${way}`)}
            </Button>
          ))}
        </div>
      )}
      {open === 'split' && <SplitForm folio={folio} onTold={told} onClose={leave} />}
      {open !== null && open !== 'split' && (
        <PostForm key={open} kind={open} folio={folio} onTold={told} onClose={leave} />
      )}
      {error !== null && (
        <Text size="sm" c="var(--bad)" mt={6} role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
    </section>
  );
}
