import { useDebouncedValue, useWindowEvent } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import {
  IconCalendarPlus,
  IconId,
  IconKey,
  IconKeyboard,
  IconLifebuoy,
  IconLock,
  IconPassword,
  IconSearch,
  IconShieldLock,
  IconUser,
} from '@tabler/icons-react';
import {
  type Dispatch,
  type KeyboardEvent,
  type ReactNode,
  type SetStateAction,
  useCallback,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { SHOWN_LENGTH } from '../../../src-shared/documents/shown-number.ts';
import type { SealedHit, SearchHit } from '../../../src-shared/ipc/views.ts';
import { hasInItsWork } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { formatDay, sayError } from '../../i18n/format.ts';
import { commandBarStore, useCommandBarOpen } from '../../state/command-bar.ts';
import { useRecovery } from '../../state/recovery.ts';
import { useTerminal, useUnlock, useView } from '../../state/stores.ts';
import classes from './command-bar.module.css';
import { type AreaEntry, maySearch } from './places.ts';
import { isMistyped, type SealedOffer, useSealedOffer, useSealedSearch } from './use-sealed-search.ts';

const HITS = 12;
/** Each search is an entry in the access log: one for a typed word, not one for each key. */
const PAUSE_MS = 120;
const NOTHING: readonly SearchHit[] = [];

interface Command {
  readonly id: string;
  readonly label: string;
  readonly keys: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}

/**
 * Ctrl K: guests by name, pinyin, initials, phone tail, room or reservation number, and by what they show; and everything that can be
 * done.
 */
export function CommandBar({ areas }: { readonly areas: readonly AreaEntry[] }) {
  const { t, i18n } = useTranslation();
  const [query, setQuery] = useState('');
  useEarlyKeys(setQuery);
  const searches = maySearch(areas);
  const offer = useSealedOffer(query);
  const { answer, search, forget } = useSealedSearch(HITS);
  const isNumber = offer?.certain === true || isMistyped(query) || query.includes('<');
  // The number of a document is no name: it goes nowhere until it is asked for.
  const [wanted] = useDebouncedValue(isNumber ? '' : query.trim(), PAUSE_MS);
  const ask = useCallback(
    async () =>
      searches && wanted !== ''
        ? call('guest.search', { query: wanted, limit: HITS })
        : { ok: true as const, value: [] as SearchHit[] },
    [searches, wanted],
  );
  const dataVersion = useTerminal((state) => state.dataVersion);
  const { value, error } = useAnswer(ask, dataVersion);
  const hits = wanted === '' ? NOTHING : (value ?? NOTHING);
  const commands = useCommands(areas).filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase()));
  const nothing = !searches ? 'command.notYours' : isMistyped(query) ? 'numberProblem.check-digit' : 'command.nothing';
  const list = useRef<HTMLDivElement>(null);
  const take = () => {
    // What was typed goes at once: the search has it, and nothing else keeps it.
    setQuery('');
    void search(query);
  };
  // Enter takes the first line when no other is chosen: nobody in a hurry presses an arrow first.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    // A scanner ends every line so. Where a number found nobody, a second Enter goes nowhere.
    event.preventDefault();
    if (answer.name !== 'none' && !(answer.name === 'found' && answer.hits.length > 0)) return;
    if (list.current?.querySelector('[data-selected]') === null) {
      list.current.querySelector<HTMLElement>('[data-action]:not(:disabled)')?.click();
    }
  };
  return (
    <Spotlight.Root
      store={commandBarStore}
      query={query}
      onQueryChange={(typed) => {
        setQuery(typed);
        if (typed !== '') forget();
      }}
      onSpotlightClose={forget}
      shortcut={null}
      lockScroll={false}
      scrollable
      maxHeight={520}
      size={780}
    >
      <Spotlight.Search
        placeholder={searches ? t('command.type') : t('command.actions')}
        leftSection={<IconSearch size={18} stroke={1.6} aria-hidden="true" />}
        maxLength={SHOWN_LENGTH}
        autoComplete="off"
        spellCheck={false}
        onKeyDown={onKeyDown}
      />
      <Spotlight.ActionsList ref={list} className={classes['list']}>
        {answer.name === 'found' && <Found hits={answer.hits} />}
        {answer.name === 'error' && (
          <p className={classes['said']} role="alert">
            {sayError(t, answer.error, i18n.language)}
          </p>
        )}
        {offer !== null && searches && hits.length === 0 && <Offer offer={offer} onTake={take} />}
        {hits.length > 0 && (
          <Spotlight.ActionsGroup label={t('command.guests')}>
            {hits.map((hit, index) => (
              <Hit key={`${hit.guestId}${hit.stayId ?? ''}`} hit={hit} place={index === 0 ? 'first' : 'later'} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {offer !== null && searches && hits.length > 0 && <Offer offer={offer} onTake={take} />}
        {commands.length > 0 && (
          <Spotlight.ActionsGroup label={t('command.actions')}>
            {commands.map(({ id, label, icon, keys, run }) => (
              <Spotlight.Action
                key={id}
                label={label}
                leftSection={icon}
                rightSection={keys === '' ? undefined : <kbd>{keys}</kbd>}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {hits.length === 0 && commands.length === 0 && (offer === null || !searches) && (
          <Spotlight.Empty>{error === null ? t(nothing) : sayError(t, error, i18n.language)}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Looking for whoever has the document or card: the line says whether it takes the second factor first. */
function Offer({ offer, onTake }: { readonly offer: SealedOffer; readonly onTake: () => void }) {
  const { t } = useTranslation();
  const unlocked = useTerminal(({ session }) => session?.state === 'unlocked');
  return (
    <Spotlight.Action
      classNames={{ actionDescription: classes['detail'] ?? '', actionSection: classes['detail'] ?? '' }}
      label={t(`findSealed.${offer.by}.${offer.what}`)}
      {...(unlocked ? {} : { description: t('findSealed.needsUnlock') })}
      leftSection={<IconId size={18} stroke={1.6} aria-hidden="true" />}
      rightSection={<kbd>Enter</kbd>}
      closeSpotlightOnTrigger={false}
      onClick={onTake}
    />
  );
}

function Found({ hits }: { readonly hits: readonly SealedHit[] }) {
  const { t } = useTranslation();
  if (hits.length === 0) {
    return (
      <p className={classes['said']} role="status">
        {t('findSealed.nobody')}
      </p>
    );
  }
  const possible = hits.some(({ certainty }) => certainty === 'possible');
  return (
    <Spotlight.ActionsGroup label={t(possible ? 'findSealed.possibleMatches' : 'findSealed.found')}>
      {possible && <p className={classes['said']}>{t('findSealed.possibleOnly')}</p>}
      {hits.map((hit, index) => (
        <Hit
          key={`${hit.guestId}${hit.matched}`}
          hit={hit}
          place={index === 0 ? 'first' : 'later'}
          certainty={hit.certainty}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

/** Whoever types right after Ctrl K is faster than the text field: what comes before it has the keyboard is not lost. */
function useEarlyKeys(setQuery: Dispatch<SetStateAction<string>>): void {
  const open = useCommandBarOpen();
  useWindowEvent('keydown', (event) => {
    const early = open && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (early && !(event.target instanceof HTMLInputElement)) setQuery((typed) => typed + event.key);
  });
}

interface HitProps {
  readonly hit: SearchHit;
  readonly place: 'first' | 'later';
  readonly certainty?: SealedHit['certainty'];
}

function Hit({ hit, place, certainty = 'sure' }: HitProps) {
  const { t, i18n } = useTranslation();
  const { stayId } = hit;
  return (
    <Spotlight.Action
      className={place === 'first' ? classes['first'] : undefined}
      disabled={stayId === null}
      onClick={() => {
        if (stayId !== null) useView.getState().go({ area: 'stay', stayId });
      }}
    >
      <span className={classes['hit']}>
        <IconUser size={18} stroke={1.6} aria-hidden="true" />
        <span className={classes['name']}>
          <b>
            <bdi>{hit.name}</bdi>
          </b>{' '}
          <bdi>{hit.nameLatin}</bdi>
        </span>
        <span>{hit.phone}</span>
        <span className={classes['room']}>{hit.room}</span>
        <span>
          {hit.arrival !== null &&
            hit.departure !== null &&
            `${formatDay(hit.arrival, i18n.language)} – ${formatDay(hit.departure, i18n.language)}`}
        </span>
        <span>{hit.status !== null && t(`stayStatus.${hit.status}`)}</span>
        <span className={classes['matched']}>
          {t(certainty === 'possible' ? 'findSealed.possible' : `command.matched.${hit.matched}`)}
        </span>
      </span>
    </Spotlight.Action>
  );
}

function useCommands(areas: readonly AreaEntry[]): readonly Command[] {
  const { t } = useTranslation();
  const { go, showKeys, showFactors, showPasswords } = useView.getState();
  const role = useTerminal((state) => state.session?.employee?.role);
  return [
    ...areas.map(({ area, icon: Icon }, index) => ({
      id: area,
      label: t(`area.${area}`),
      keys: `Alt ${index + 1}`,
      icon: <Icon size={18} stroke={1.6} />,
      run: () => go({ area }),
    })),
    ...(role !== undefined && hasInItsWork(role, 'stay.create')
      ? (['reservation', 'walk-in'] as const).map((as) => ({
          id: as,
          label: t(`newStay.title.${as}`),
          keys: as === 'reservation' ? 'N' : 'W',
          icon: <IconCalendarPlus size={18} stroke={1.6} />,
          run: () => go({ area: 'new-stay', as }),
        }))
      : []),
    {
      id: 'unlock',
      label: t('unlock.title'),
      keys: 'Alt U',
      icon: <IconShieldLock size={18} stroke={1.6} />,
      run: () => void useUnlock.getState().ask(),
    },
    ...(role !== undefined && hasInItsWork(role, 'keys.recover')
      ? [
          {
            id: 'recover',
            label: t('recovery.command'),
            keys: '',
            icon: <IconLifebuoy size={18} stroke={1.6} />,
            run: () => useRecovery.getState().show(true),
          },
        ]
      : []),
    ...(role !== undefined && hasInItsWork(role, 'factor.renew')
      ? [
          {
            id: 'factors',
            label: t('factors.title'),
            keys: '',
            icon: <IconKey size={18} stroke={1.6} />,
            run: () => showFactors(true),
          },
        ]
      : []),
    {
      id: 'passwords',
      label: t('passwords.title'),
      keys: '',
      icon: <IconPassword size={18} stroke={1.6} />,
      run: () => showPasswords(true),
    },
    {
      id: 'lock',
      label: t('action.lock'),
      keys: 'Ctrl L',
      icon: <IconLock size={18} stroke={1.6} />,
      run: () => void call('session.lock'),
    },
    {
      id: 'keys',
      label: t('action.keys'),
      keys: '?',
      icon: <IconKeyboard size={18} stroke={1.6} />,
      run: () => showKeys(true),
    },
  ];
}
