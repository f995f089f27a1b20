import { Button, Popover } from '@mantine/core';
import { IconArrowsLeftRight, IconEye, IconLock } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { FieldView, Revealed } from '../../../src-shared/ipc/views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import { COMPARABLE_FIELDS } from '../../../src-shared/model/registry.ts';
import type { Purpose } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
import { sayError, sayRefusal } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';
import { CompareField } from './compare-field.tsx';
import classes from './masked-field.module.css';
import { PurposeMenu } from './purpose-menu.tsx';
import { RevealedValue } from './revealed-value.tsx';

interface MaskedFieldProps {
  readonly stayId: StayId;
  readonly field: FieldView;
  readonly unlocked: boolean;
  readonly onSeen: () => void;
}

/** What the field is doing. The plain value is in `shown` and nowhere else: it goes when the state does. */
type Phase =
  | { readonly name: 'masked'; readonly error: IpcError | null }
  | { readonly name: 'choosing' }
  | { readonly name: 'asking' }
  | { readonly name: 'shown'; readonly revealed: Revealed }
  | { readonly name: 'comparing' };

const MASKED: Phase = { name: 'masked', error: null };

/**
 * One sealed field: its mask, the way to a reveal (second factor if need be, purpose, value for some seconds), and the way to a
 * comparison with what the guest shows.
 */
export function MaskedField({ stayId, field, unlocked, onSeen }: MaskedFieldProps) {
  const { t, i18n } = useTranslation();
  const [phase, setPhase] = useState<Phase>(MASKED);
  const label = t(`field.${field.field}`);
  const compareButton = useRef<HTMLButtonElement>(null);
  const comparable = COMPARABLE_FIELDS.find((name) => name === field.field);

  const begin = async (next: Phase) => {
    if (!unlocked && !(await useUnlock.getState().ask())) return;
    const [only, ...others] = field.purposes;
    // Behind the broken glass there is nothing to choose.
    if (next.name === 'choosing' && only !== undefined && others.length === 0) await reveal(only);
    else setPhase(next);
  };
  const reveal = async (purpose: Purpose) => {
    setPhase({ name: 'asking' });
    const result = await call('stay.reveal', { stayId, field: field.field, purpose });
    setPhase(result.ok ? { name: 'shown', revealed: result.value } : { name: 'masked', error: result.error });
  };
  const leaveCompare = () => {
    setPhase(MASKED);
    compareButton.current?.focus();
  };
  const remask = () => {
    setPhase(MASKED);
    onSeen();
  };

  return (
    <div className={classes['field']} data-field={field.field}>
      <span className={classes['label']}>{label}</span>
      {phase.name === 'shown' ? (
        <RevealedValue label={label} revealed={phase.revealed} onOver={remask} />
      ) : (
        <>
          <Mask field={field} />
          {field.masked !== null && (
            <Popover
              opened={phase.name === 'choosing'}
              onChange={(opened) => !opened && setPhase(MASKED)}
              position="bottom-end"
              trapFocus
              withRoles={false}
              returnFocus
              withinPortal
            >
              <Popover.Target>
                <span className={classes['act']}>
                  <RevealButton
                    label={label}
                    access={field.reveal}
                    busy={phase.name === 'asking'}
                    onPress={() => void begin({ name: 'choosing' })}
                  />
                  {field.compare !== null && isOffered(field.compare) && (
                    <Button
                      ref={compareButton}
                      size="compact-sm"
                      variant="default"
                      leftSection={<IconArrowsLeftRight size={15} />}
                      onClick={() => (phase.name === 'comparing' ? leaveCompare() : void begin({ name: 'comparing' }))}
                      aria-label={`${t('stay.compare')} ${label}`}
                      aria-expanded={phase.name === 'comparing'}
                    >
                      {t('stay.compare')}
                    </Button>
                  )}
                </span>
              </Popover.Target>
              <Popover.Dropdown p={6}>
                <PurposeMenu purposes={field.purposes} onChoose={(purpose) => void reveal(purpose)} />
              </Popover.Dropdown>
            </Popover>
          )}
          {phase.name === 'comparing' && comparable !== undefined && (
            <CompareField stayId={stayId} field={comparable} label={label} onCompared={onSeen} onClose={leaveCompare} />
          )}
          {phase.name === 'masked' && phase.error !== null && (
            <span className={classes['error']} role="alert">
              {sayError(t, phase.error, i18n.language)}
            </span>
          )}
        </>
      )}
    </div>
  );
}

/** The mask; in its place that nothing is on file, or why not even the mask is shown. */
function Mask({ field }: { readonly field: FieldView }) {
  const { t } = useTranslation();
  if (!field.mask.allowed) return <Refused access={field.mask} instead />;
  return <span className={classes['mask']}>{field.masked ?? <i>{t('stay.none')}</i>}</span>;
}

type Access = FieldView['reveal'];

/** What a second factor at most is missing for is offered; the rest says why not. */
function isOffered(access: Access): boolean {
  return access.allowed || access.reason === 'needs-unlock';
}

interface RevealButtonProps {
  readonly label: string;
  readonly access: Access;
  readonly busy: boolean;
  readonly onPress: () => void;
}

function RevealButton({ label, access, busy, onPress }: RevealButtonProps) {
  const { t } = useTranslation();
  if (!access.allowed && !isOffered(access)) return <Refused access={access} />;
  return (
    <Button
      size="compact-sm"
      variant="light"
      leftSection={access.allowed ? <IconEye size={15} /> : <IconLock size={15} />}
      loading={busy}
      onClick={onPress}
      aria-label={`${t('stay.reveal')} ${label}`}
    >
      {t('stay.reveal')}
    </Button>
  );
}

interface RefusedProps {
  readonly access: Extract<Access, { allowed: false }>;
  /** In the place of the mask, not beside it. */
  readonly instead?: true;
}

/** Why not, and what would help. */
function Refused({ access, instead }: RefusedProps) {
  const { t, i18n } = useTranslation();
  return (
    <span className={classes['refused']} data-instead={instead}>
      <IconLock size={14} aria-hidden="true" />
      <span>{sayRefusal(t, access, i18n.language)}</span>
    </span>
  );
}
