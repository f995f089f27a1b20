import { Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StaffItem } from '../../../src-shared/ipc/views.ts';
import { ROLES } from '../../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../../src-shared/model/ids.ts';
import { StaffFace } from '../../components/staff-face.tsx';
import classes from './sign-in.module.css';

interface StaffPickerProps {
  readonly staff: readonly StaffItem[];
  readonly onPick: (id: EmployeeId) => void;
}

/** Everybody who may sign in here. Typing narrows, arrows move, Enter picks. */
export function StaffPicker({ staff, onPick }: StaffPickerProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  // By role, receptionists first: it is their desk.
  const found = staff
    .filter((person) => fits(person, typed))
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  const chosen = found[Math.min(at, found.length - 1)];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((before) => Math.min(found.length - 1, Math.max(0, Math.min(before, found.length - 1) + step)));
    }
    if (event.key === 'Enter' && chosen !== undefined && !event.nativeEvent.isComposing) onPick(chosen.id);
  };
  return (
    <>
      <Title order={2} size="h3" mb="sm">
        {t('signIn.who')}
      </Title>
      <TextInput
        aria-label={t('signIn.pick')}
        placeholder={t('signIn.pick')}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        size="md"
        role="combobox"
        aria-expanded
        aria-controls="staff"
        aria-activedescendant={chosen === undefined ? undefined : `staff-${chosen.id}`}
      />
      <div className={classes['list']} role="listbox" id="staff" aria-label={t('signIn.who')}>
        {found.map((person) => (
          // The text field above has the keyboard; this is its list (ARIA combobox pattern).
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={person.id}
            id={`staff-${person.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={person === chosen}
            className={classes['person']}
            onClick={() => onPick(person.id)}
          >
            <StaffFace person={person} />
          </div>
        ))}
        {found.length === 0 && (
          <Text c="dimmed" size="sm" p="sm">
            {t('signIn.none')}
          </Text>
        )}
      </div>
    </>
  );
}

function fits(person: StaffItem, typed: string): boolean {
  const wanted = typed.replace(/\s/g, '').toLowerCase();
  if (wanted === '') return true;
  const latin = (person.nameLatin ?? person.name).toLowerCase();
  const initials = latin
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join('');
  return [person.name.toLowerCase(), latin.replace(/\s/g, ''), initials, person.staffNumber.toLowerCase()].some(
    (text) => text.replace(/\s/g, '').includes(wanted),
  );
}
