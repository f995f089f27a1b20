import { Group, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Employee } from '../../src-shared/model/entities.ts';

/** Somebody new, as she is being typed. */
export interface TypedPerson {
  readonly name: string;
  readonly nameLatin: string;
  readonly staffNumber: string;
}

export const emptyPerson: TypedPerson = { name: '', nameLatin: '', staffNumber: '' };

export function isWholePerson({ name, staffNumber }: TypedPerson): boolean {
  return name.trim() !== '' && Employee.shape.staffNumber.safeParse(staffNumber).success;
}

/** As the channels take her. */
export function personInput({ name, nameLatin, staffNumber }: TypedPerson) {
  return { name: name.trim(), nameLatin: nameLatin.trim() === '' ? null : nameLatin.trim(), staffNumber };
}

interface PersonFieldsProps {
  readonly person: TypedPerson;
  readonly onChange: (person: TypedPerson) => void;
}

/** Names and staff number of somebody new. */
export function PersonFields({ person, onChange }: PersonFieldsProps) {
  const { t } = useTranslation();
  const field = (name: keyof TypedPerson, read = (typed: string) => typed) => ({
    value: person[name],
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...person, [name]: read(event.currentTarget.value) }),
  });
  return (
    <>
      <Group grow align="flex-start">
        <TextInput label={t('founding.personName')} required autoFocus maxLength={80} {...field('name')} />
        <TextInput label={t('founding.personLatin')} maxLength={80} {...field('nameLatin')} />
      </Group>
      <TextInput
        label={t('founding.staffNumber')}
        description={t('founding.staffNumberHint')}
        required
        maxLength={12}
        w={220}
        {...field('staffNumber', (typed) => typed.toUpperCase())}
      />
    </>
  );
}
