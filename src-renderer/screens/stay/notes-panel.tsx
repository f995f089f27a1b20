import { Button, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { NOTE_LENGTH } from '../../../src-shared/model/entities.ts';
import type { GuestId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { formatTime, sayError } from '../../i18n/format.ts';
import classes from './stay.module.css';

type Note = StayRecord['notes'][number];
const STATE_ICONS: { readonly [S in Note['state']]: typeof IconCheck } = {
  synced: IconCheck,
  waiting: IconClock,
  refused: IconAlertTriangle,
};

interface NotesPanelProps {
  readonly guestId: GuestId;
  readonly notes: readonly Note[];
  readonly mayWrite: boolean;
  readonly onAdded: () => void;
}

/** Notes for colleagues; written offline too, and what is refused stays in the text field. */
export function NotesPanel({ guestId, notes, mayWrite, onAdded }: NotesPanelProps) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState('');
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const add = async () => {
    if (text.trim() === '') return;
    setWorking(true);
    const result = await call('note.add', { guestId, text });
    setWorking(false);
    setError(result.ok ? null : result.error);
    if (!result.ok) return;
    setText('');
    onAdded();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void add();
  };
  return (
    <section className={classes['panel']} aria-label={t('stay.notes')}>
      <h2>{t('stay.notes')}</h2>
      {mayWrite && (
        <Textarea
          aria-label={t('stay.notes')}
          placeholder={t('stay.notePlaceholder')}
          value={text}
          maxLength={NOTE_LENGTH}
          minRows={2}
          autosize
          maxRows={5}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          error={error !== null && sayError(t, error, i18n.language)}
          spellCheck={false}
        />
      )}
      {text.trim() !== '' && (
        <Button size="compact-sm" mt={6} onClick={() => void add()} loading={working} rightSection={<kbd>Ctrl ↵</kbd>}>
          {t('stay.noteAdd')}
        </Button>
      )}
      <ul className={classes['notes']}>
        {notes.map((note) => {
          const Icon = STATE_ICONS[note.state];
          return (
            <li key={note.id}>
              <p>{note.text}</p>
              <small data-state={note.state}>
                {note.author} · {formatTime(note.writtenAt, i18n.language, 'day')}
                <Icon size={13} aria-hidden="true" />
                {t(`stay.noteState.${note.state}`)}
              </small>
            </li>
          );
        })}
        {notes.length === 0 && text === '' && <li className={classes['nothing']}>{t('stay.noNotes')}</li>}
      </ul>
    </section>
  );
}
