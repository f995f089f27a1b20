import { Alert, Button, Group, Select, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconId, IconShieldLock } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHOWN_LENGTH } from '../../src-shared/documents/shown-number.ts';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { ReadDocument } from '../../src-shared/ipc/views.ts';
import { CHECK_DIGIT_OVERRIDES } from '../../src-shared/model/arrival.ts';
import { DOCUMENT_TYPES } from '../../src-shared/model/entities.ts';
import type { GuestId, StayId } from '../../src-shared/model/ids.ts';
import { call } from '../bridge.ts';
import { sayError } from '../i18n/format.ts';
import { useTerminal, useUnlock } from '../state/stores.ts';
import classes from './document-field.module.css';
import { useScanner } from './use-scanner.ts';

type Kind = ReadDocument['documentType'];
type Override = (typeof CHECK_DIGIT_OVERRIDES)[number];

interface DocumentFieldProps {
  /** Null for a guest who is not there yet. */
  readonly stayId: StayId | null;
  /** A guest who is known, whose stay is being typed. */
  readonly guestId?: GuestId | null;
  readonly kind: Kind;
  readonly document: ReadDocument | null;
  readonly onRead: (document: ReadDocument | null) => void;
  readonly autoFocus?: boolean;
}

/**
 * Takes what a guest shows, scanned wherever the cursor is or typed here. Main reads and seals it; what was typed goes once it has, and masks are
 * all that stays.
 */
export function DocumentField({
  stayId,
  guestId = null,
  kind: usual,
  document,
  onRead,
  autoFocus = false,
}: DocumentFieldProps) {
  const { t, i18n } = useTranslation();
  const unlocked = useTerminal(({ session }) => session?.state === 'unlocked');
  const [kind, setKind] = useState<Kind>(usual);
  const [text, setText] = useState('');
  const [override, setOverride] = useState<Override | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const read = async (shown: string, why: Override | null) => {
    if (shown.trim() === '' || working) return;
    setWorking(true);
    const ask = () => call('document.read', { text: shown, documentType: kind, stayId, guestId, override: why });
    let result = await ask();
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask())) result = await ask();
    setWorking(false);
    // A slip is corrected, so it stays; so does what waits for the second factor.
    if (!result.ok) {
      setText(shown);
      return setError(result.error);
    }
    setText('');
    setError(null);
    setOverride(null);
    onRead(result.value);
  };
  useScanner(document === null ? (scanned) => void read(scanned, null) : null);
  if (document !== null) return <Taken document={document} onAgain={() => onRead(null)} />;
  const mayOverride = error?.problem === 'check-digit' && kind === 'chinese-id' && !text.includes('<');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    // The form around it has more to it than this.
    event.preventDefault();
    if (text.trim() !== '') void read(text, null);
  };
  return (
    <div className={classes['document']}>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Select
          label={t('stay.document')}
          w={150}
          allowDeselect={false}
          data={DOCUMENT_TYPES.map((value) => ({ value, label: t(`documentType.${value}`) }))}
          value={kind}
          onChange={(chosen) => setKind(DOCUMENT_TYPES.find((one) => one === chosen) ?? kind)}
        />
        <TextInput
          className={classes['text']}
          label={t('arrival.scan')}
          description={t('arrival.scanHint')}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          leftSection={<IconId size={17} aria-hidden="true" />}
          value={text}
          maxLength={SHOWN_LENGTH}
          autoComplete="off"
          spellCheck={false}
          data-autofocus={autoFocus || undefined}
          readOnly={working}
          error={error === null || error.code === 'needs-unlock' ? null : sayError(t, error, i18n.language)}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setError(null);
          }}
          onKeyDown={onKeyDown}
        />
        <Button
          mt={25}
          variant="light"
          loading={working}
          disabled={text.trim() === ''}
          onClick={() => void read(text, null)}
        >
          {t('arrival.read')}
        </Button>
      </Group>
      {!unlocked && (
        <Text size="xs" className={classes['note']}>
          <IconShieldLock size={15} aria-hidden="true" /> {t('arrival.needsUnlock')}
        </Text>
      )}
      {mayOverride && (
        <Group gap="xs" align="flex-end" wrap="nowrap" mt={8}>
          <Select
            className={classes['text']}
            label={t('arrival.overrideWhy')}
            data={CHECK_DIGIT_OVERRIDES.map((value) => ({ value, label: t(`arrival.override.${value}`) }))}
            value={override}
            onChange={(chosen) => setOverride(CHECK_DIGIT_OVERRIDES.find((one) => one === chosen) ?? null)}
          />
          <Button
            variant="default"
            disabled={override === null}
            loading={working}
            onClick={() => void read(text, override)}
          >
            {t('arrival.overrideTake')}
          </Button>
        </Group>
      )}
    </div>
  );
}

/** What was taken down, as masks. */
function Taken({ document, onAgain }: { readonly document: ReadDocument; readonly onAgain: () => void }) {
  const { t } = useTranslation();
  const facts = [
    [t(`documentType.${document.documentType}`), document.number],
    [t('field.dateOfBirth'), document.dateOfBirth],
    [t('field.nationality'), document.nationality],
  ] as const;
  return (
    <div className={classes['taken']} role="status">
      <IconShieldLock size={20} aria-hidden="true" />
      <div className={classes['text']}>
        <b>{t('arrival.taken')}</b>
        <dl>
          {facts.map(([name, value]) =>
            value === null ? null : (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
          )}
        </dl>
      </div>
      <Button size="compact-sm" variant="default" onClick={onAgain}>
        {t('arrival.again')}
      </Button>
    </div>
  );
}

interface OtherRecordProps {
  readonly document: ReadDocument;
  /** Whether the record that has it is to be used. */
  readonly used: boolean;
  readonly onUse: (used: boolean) => void;
}

/** The document is on another record of the hotel: use that one? */
export function OtherRecord({ document, used, onUse }: OtherRecordProps) {
  const { t } = useTranslation();
  const { belongsTo } = document;
  if (belongsTo === null) return null;
  const guest = [belongsTo.name, belongsTo.nameLatin, belongsTo.phone].filter(Boolean).join(' · ');
  return (
    <Alert color="orange" icon={<IconAlertTriangle aria-hidden="true" />} role="alert">
      <Text size="sm" fw={600}>
        {t(used ? 'arrival.usesThat' : 'arrival.belongsTo', { guest })}
      </Text>
      <Group gap="xs" mt={6}>
        <Button size="compact-sm" variant={used ? 'default' : 'filled'} onClick={() => onUse(!used)}>
          {t(used ? 'arrival.keepThis' : 'arrival.useThat')}
        </Button>
      </Group>
    </Alert>
  );
}
