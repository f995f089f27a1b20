import { TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import { sayError } from '../../i18n/format.ts';
import classes from './change.module.css';
import { ChangeMark, type Mark } from './change-mark.tsx';

interface EditableFieldProps {
  readonly name: string;
  /** What is typed over. */
  readonly value: string;
  /** How it is shown, where that is not as it is typed. */
  readonly shown?: ReactNode;
  readonly mark: Mark | undefined;
  readonly mayEdit: boolean;
  /** Another stands beside it. */
  readonly isHalf?: boolean;
  readonly type?: 'text' | 'date' | 'number';
  readonly maxLength?: number;
  /** Says what is wrong before main is asked; null when nothing is. */
  readonly check?: (text: string) => string | null;
  readonly onSave: (text: string) => Promise<IpcResult<null>>;
}

/** A value that is changed in its place: Enter on it opens, Enter saves, Esc leaves it as it was. What does not fit stays typed. */
export function EditableField(props: EditableFieldProps) {
  const { name, value, shown, mark, mayEdit, isHalf = false, type = 'text', maxLength, check, onSave } = props;
  const { t, i18n } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const leave = () => {
    setText(null);
    setError(null);
  };
  const refuse = (problem: IpcError) => setError(sayError(t, problem, i18n.language));
  const save = async () => {
    if (text === null || saving) return;
    if (text.trim() === value) return leave();
    const wrong = check?.(text.trim()) ?? null;
    if (wrong !== null) return setError(wrong);
    setSaving(true);
    const result = await onSave(text.trim());
    setSaving(false);
    if (result.ok) leave();
    else refuse(result.error);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) void save();
    if (event.key === 'Escape') {
      event.stopPropagation();
      leave();
    }
  };
  const className = isHalf ? `${classes['field']} ${classes['half']}` : classes['field'];
  if (text === null) {
    const content = shown ?? value;
    return (
      <div className={className}>
        <dt>
          {name} <ChangeMark mark={mark} />
        </dt>
        <dd>
          {mayEdit ? (
            <UnstyledButton className={classes['value']} onClick={() => setText(value)}>
              <VisuallyHidden>{`${t('change.edit')} ${name}`} </VisuallyHidden>
              {content === '' ? <i>{t('stay.none')}</i> : content}
              <IconPencil size={14} stroke={1.7} aria-hidden="true" />
            </UnstyledButton>
          ) : (
            <span className={classes['plain']}>{content === '' ? <i>{t('stay.none')}</i> : content}</span>
          )}
        </dd>
      </div>
    );
  }
  return (
    <div className={className}>
      <dt>{name}</dt>
      <dd>
        <TextInput
          aria-label={name}
          size="sm"
          type={type}
          value={text}
          maxLength={maxLength}
          min={type === 'number' ? 0 : undefined}
          autoFocus
          onFocus={(event) => type === 'text' && event.currentTarget.select()}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => text.trim() === value && leave()}
          error={error}
          readOnly={saving}
          spellCheck={false}
          description={t('change.keys')}
          inputWrapperOrder={['input', 'error', 'description']}
        />
      </dd>
    </div>
  );
}
