import { Button, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHOWN_LENGTH } from '../../../src-shared/documents/shown-number.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { StayId } from '../../../src-shared/model/ids.ts';
import type { ComparableField } from '../../../src-shared/model/registry.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import classes from './masked-field.module.css';

interface CompareFieldProps {
  readonly stayId: StayId;
  readonly field: ComparableField;
  /** The name of the field, in words. */
  readonly label: string;
  /** A comparison was made: who looked lately has changed. */
  readonly onCompared: () => void;
  readonly onClose: () => void;
}

type Answer =
  | { readonly name: 'none' }
  | { readonly name: 'asking' }
  | { readonly name: 'said'; readonly matches: boolean }
  | { readonly name: 'error'; readonly error: IpcError };

/** Type or scan what the guest shows; the answer is match or no match, by sign and word. What was typed goes once it is answered. */
export function CompareField({ stayId, field, label, onCompared, onClose }: CompareFieldProps) {
  const { t, i18n } = useTranslation();
  const [shown, setShown] = useState('');
  const [answer, setAnswer] = useState<Answer>({ name: 'none' });

  const compare = async (event: FormEvent) => {
    event.preventDefault();
    if (shown.trim() === '' || answer.name === 'asking') return;
    setAnswer({ name: 'asking' });
    const result = await call('stay.compare', { stayId, field, shown });
    setAnswer(result.ok ? { name: 'said', matches: result.value.matches } : { name: 'error', error: result.error });
    // A slip is corrected, so it stays; anything else is done with.
    if (!result.ok && result.error.code === 'number-does-not-fit') return;
    setShown('');
    onCompared();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    // Esc leaves this place first, and the record only after it.
    event.stopPropagation();
    onClose();
  };
  return (
    <form className={classes['compare']} onSubmit={(event) => void compare(event)} onKeyDown={onKeyDown}>
      <TextInput
        size="xs"
        aria-label={t('stay.compareLabel', { field: label })}
        placeholder={t('stay.compareHint')}
        value={shown}
        maxLength={SHOWN_LENGTH}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        autoFocus
        onChange={(event) => {
          setShown(event.currentTarget.value);
          if (answer.name !== 'none') setAnswer({ name: 'none' });
        }}
      />
      <Button type="submit" size="compact-sm" variant="light" loading={answer.name === 'asking'}>
        {t('stay.compare')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={onClose}>
        {t('action.close')}
      </Button>
      <span className={classes['answer']} role="status">
        {answer.name === 'said' && <Said matches={answer.matches} />}
        {answer.name === 'error' && <span data-error>{sayError(t, answer.error, i18n.language)}</span>}
      </span>
    </form>
  );
}

function Said({ matches }: { readonly matches: boolean }) {
  const { t } = useTranslation();
  const Icon = matches ? IconCircleCheck : IconCircleX;
  return (
    <span data-matches={matches}>
      <Icon size={18} aria-hidden="true" />
      {t(matches ? 'stay.matches' : 'stay.matchesNot')}
    </span>
  );
}
