import { Alert, Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowLeft } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import type { DayList } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal, useView } from '../../state/stores.ts';
import { FolioPanel } from '../folio/folio-panel.tsx';
import { AccessTimeline } from './access-timeline.tsx';
import changes from './change.module.css';
import { ContactPanel } from './contact-panel.tsx';
import { EraseGuest } from './erase-guest.tsx';
import { GlassBar } from './glass-bar.tsx';
import { GlassDialog } from './glass-dialog.tsx';
import { NotesPanel } from './notes-panel.tsx';
import { OtherStays } from './other-stays.tsx';
import { SealedPanel } from './sealed-panel.tsx';
import classes from './stay.module.css';
import { StayHeader } from './stay-header.tsx';
import { StayPanel } from './stay-panel.tsx';

interface StayScreenProps {
  readonly stayId: StayId;
  /** The list of the day that it was opened from. */
  readonly from: DayList | undefined;
  readonly session: SessionView;
}

const back = () => useView.getState().go({ area: 'today' });

/** One guest's record: what is plain in full, what is sealed as masks, and who looked at it lately. */
export function StayScreen({ stayId, from, session }: StayScreenProps) {
  const { t, i18n } = useTranslation();
  const dataVersion = useTerminal((state) => state.dataVersion);
  const ask = useCallback(() => call('stay.open', { stayId, from }), [stayId, from]);
  const [glassAsked, setGlassAsked] = useState(false);
  const { value: record, error, again } = useAnswer(ask, dataVersion);
  useHotkeys([['Escape', back]]);
  // A record that is gone, as after an erasure, is not shown from memory.
  if (record === null || error?.code === 'not-found') {
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
  const { glass } = record;
  const broken = glass?.state.name === 'broken' && glass.state.stayId === stayId;
  return (
    <article className={classes['stay']} data-broken={broken || undefined}>
      {glass !== null && glass.state.name !== 'whole' && (
        <GlassBar key={glass.state.name} stayId={stayId} state={glass.state} onChange={again} />
      )}
      {glass !== null && glassAsked && (
        <GlassDialog
          stayId={stayId}
          confirmers={glass.confirmers}
          onClose={() => setGlassAsked(false)}
          onDone={() => {
            setGlassAsked(false);
            again();
          }}
        />
      )}
      <StayHeader record={record} onBack={back} />
      <div className={classes['columns']}>
        <div className={changes['left']}>
          <StayPanel record={record} onChanged={again} />
          <ContactPanel record={record} onChanged={again} />
        </div>
        <div className={classes['side']}>
          {/* With the glass whole again, nothing that was opened behind it stays in view. */}
          <SealedPanel
            key={broken ? 'open' : 'closed'}
            record={record}
            unlocked={session.state === 'unlocked'}
            onSeen={again}
            onAskGlass={() => setGlassAsked(true)}
          />
          {record.balanceMinor !== null && <FolioPanel stayId={stayId} onChanged={again} />}
        </div>
        <div className={classes['side']}>
          <NotesPanel guestId={record.guest.id} notes={record.notes} mayWrite={record.mayNote} onAdded={again} />
          <AccessTimeline entries={record.recentAccess} />
          {record.otherStays.length > 0 && <OtherStays stays={record.otherStays} />}
          {record.mayErase && <EraseGuest key={record.guest.id} guestId={record.guest.id} />}
        </div>
      </div>
    </article>
  );
}
