import { Alert, Button, SegmentedControl, Text } from '@mantine/core';
import { useHotkeys, useWindowEvent } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowLeft, IconDeviceFloppy, IconDoorEnter } from '@tabler/icons-react';
import { type SubmitEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StayDraft } from '../../../src-shared/ipc/channels/arrivals.ts';
import type { ChannelOutput } from '../../../src-shared/ipc/contract.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { call } from '../../bridge.ts';
import { DocumentField, OtherRecord } from '../../components/document-field.tsx';
import { MinorMusts, type Must } from '../../components/minor-musts.tsx';
import { ScreenHead } from '../../components/screen-head.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import { emptyDraft, fieldOfError, inputOf, takenAs } from './draft.ts';
import { GuestPart } from './guest-part.tsx';
import classes from './new-stay.module.css';
import { StayPart } from './stay-part.tsx';

type Form = ChannelOutput<'stay.prepare'>;

const prepare = () => call('stay.prepare');
const back = () => useView.getState().go({ area: 'today' });

/** A new reservation, or somebody who walks in: the guest on the left, the stay on the right, Enter saves. */
export function NewStayScreen({ as }: { readonly as: StayDraft['as'] }) {
  const { t, i18n } = useTranslation();
  const { value: form, error } = useAnswer(prepare);
  const listIsOpen = useOpenList();
  // In text fields too: what was typed is kept. Of a list that is open, Esc closes that.
  useHotkeys([['Escape', () => !listIsOpen.current && back()]], []);
  if (form === null) {
    if (error === null) return null;
    return (
      <Alert m="md" color="orange" icon={<IconAlertTriangle />}>
        {sayError(t, error, i18n.language)}
        <Button mt="sm" variant="default" onClick={back} leftSection={<IconArrowLeft size={16} />}>
          {t('action.back')}
        </Button>
      </Alert>
    );
  }
  return <StayForm form={form} as={as} />;
}

/** Whether a list was open when a key was pressed: it has gone when the key comes to the screen. */
function useOpenList() {
  const isOpen = useRef(false);
  useWindowEvent(
    'keydown',
    () => {
      isOpen.current = document.querySelector('[role=option]') !== null;
    },
    { capture: true },
  );
  return isOpen;
}

/** Between the last key and what main keeps of the form. */
const KEEP_MS = 400;

function StayForm({ form, as }: { readonly form: Form; readonly as: StayDraft['as'] }) {
  const { t, i18n } = useTranslation();
  const [draft, setDraft] = useState<StayDraft>(() =>
    form.draft === null ? emptyDraft(form, as) : takenAs(form.draft, as, form),
  );
  const [musts, setMusts] = useState<Must[]>([]);
  const [error, setError] = useState<IpcError | null>(null);
  const [saving, setSaving] = useState(false);
  const set = useCallback((change: Partial<StayDraft>) => {
    setDraft((before) => ({ ...before, ...change }));
    setError(null);
  }, []);
  const untouched = useRef(draft);
  useEffect(() => {
    if (draft === untouched.current) return;
    const timer = setTimeout(() => void call('stay.keepDraft', { draft }), KEEP_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const { document, known } = draft;
  const wrong = error === null ? null : fieldOfError(error);
  const said = error === null ? null : sayError(t, error, i18n.language);
  const errorOf = (field: string) => (wrong === field ? said : null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (saving) return;
    const input = inputOf(draft, form.currency, musts);
    if (!input.ok) return setError(input.error);
    setSaving(true);
    const result = await call('stay.create', input.value);
    setSaving(false);
    if (result.ok) useView.getState().go({ area: 'stay', stayId: result.value.stayId });
    else {
      // Of a document that was read too long ago nothing is left: it is read again.
      if (result.error.code === 'not-found') set({ document: null });
      setError(result.error);
    }
  };
  const leave = () => {
    void call('stay.keepDraft', { draft: null });
    back();
  };
  return (
    <form className={classes['screen']} onSubmit={(event) => void submit(event)} noValidate>
      <ScreenHead title={t(`newStay.title.${draft.as}`)} note={t('newStay.keys')}>
        <SegmentedControl
          aria-label={t('newStay.as')}
          value={draft.as}
          onChange={(value) => set(takenAs(draft, value === 'walk-in' ? 'walk-in' : 'reservation', form))}
          data={(['reservation', 'walk-in'] as const).map((value) => ({ value, label: t(`newStay.button.${value}`) }))}
        />
      </ScreenHead>
      <div className={classes['columns']}>
        <section className={classes['panel']} aria-label={t('newStay.guest')}>
          <h2>{t('newStay.guest')}</h2>
          <GuestPart draft={draft} onChange={set} errorOf={errorOf} />
          <DocumentField
            key={known?.guestId ?? 'new'}
            stayId={null}
            guestId={known?.guestId ?? null}
            kind={draft.language.startsWith('zh') ? 'chinese-id' : 'passport'}
            document={document}
            onRead={(read) =>
              set({
                document: read,
                ...(read?.nameLatin && draft.name === '' && { name: read.nameLatin }),
                ...(read?.documentType === 'passport' && draft.name === '' && { language: 'en' }),
              })
            }
          />
          {document !== null && (
            <OtherRecord
              document={document}
              used={false}
              onUse={() => {
                const { belongsTo } = document;
                if (belongsTo === null) return;
                const shown = [belongsTo.name, belongsTo.nameLatin, belongsTo.phone].filter(Boolean).join(' · ');
                set({ known: { guestId: belongsTo.guestId, shown }, document: null });
              }}
            />
          )}
          {draft.as === 'walk-in' && document?.isMinor === true && <MinorMusts done={musts} onDone={setMusts} />}
        </section>
        <section className={classes['panel']} aria-label={t('newStay.stay')}>
          <h2>{t('newStay.stay')}</h2>
          <StayPart form={form} draft={draft} onChange={set} errorOf={errorOf} />
          <div className={classes['steps']}>
            <Button
              type="submit"
              loading={saving}
              leftSection={draft.as === 'walk-in' ? <IconDoorEnter size={17} /> : <IconDeviceFloppy size={17} />}
            >
              {t(`newStay.submit.${draft.as}`)}
            </Button>
            <Button variant="default" onClick={leave}>
              {t('action.cancel')}
            </Button>
          </div>
          {said !== null && wrong === null && (
            <Text size="sm" c="var(--bad)" role="alert">
              {said}
            </Text>
          )}
        </section>
      </div>
    </form>
  );
}
