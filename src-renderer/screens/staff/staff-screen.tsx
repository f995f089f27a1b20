import { Alert, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StaffPerson } from '../../../src-shared/ipc/views.ts';
import { hasInItsWork } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
import { RowTable } from '../../components/row-table.tsx';
import { ScreenHead } from '../../components/screen-head.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError, sayRefusal } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import { AddPerson } from './add-person.tsx';
import { Rewrapping } from './rewrapping.tsx';
import classes from './staff.module.css';
import { StaffDialog, type StaffQuestion } from './staff-dialog.tsx';
import { COLUMNS, StaffRow } from './staff-row.tsx';

const askStaff = () => call('staff.view');

/** Who works here and which keys each holds or waits for; ordering and withdrawing them, and what a withdrawal still has to do. */
export function StaffScreen() {
  const { t, i18n } = useTranslation();
  const version = useTerminal(({ dataVersion, sync }) => dataVersion * 1_000 + (sync?.queued ?? 0));
  const { value, error, again } = useAnswer(askStaff, version);
  const [filter, setFilter] = useState('');
  const [question, setQuestion] = useState<StaffQuestion | null>(null);
  const role = useTerminal(({ session }) => session?.employee?.role);
  const mayAdd = role !== undefined && hasInItsWork(role, 'employee.enrol');
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => field.current?.focus()]]);
  const people = value?.people.filter((person) => fits(person, filter)) ?? [];
  const sorted = [...people.filter(({ active }) => active), ...people.filter(({ active }) => !active)];
  return (
    <section className={classes['staff']} aria-label={t('staff.title')}>
      <ScreenHead title={t('staff.title')}>
        <TextInput
          ref={field}
          size="sm"
          w={260}
          aria-label={t('staff.filter')}
          placeholder={t('staff.filter')}
          leftSection={<IconSearch size={15} aria-hidden="true" />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed" className={classes['explain']}>
          {value !== null && !value.order.allowed ? sayRefusal(t, value.order, i18n.language) : t('staff.explain')}
        </Text>
        {mayAdd && <AddPerson />}
      </ScreenHead>
      {error !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )}
      <RowTable
        columns={[
          { key: 'person', label: t('staff.person'), width: '24%' },
          ...COLUMNS.map((column) => ({
            key: column ?? 'order',
            label: column === null ? t('staff.orderColumn') : t(`class.${column}`),
          })),
          { key: 'employment', label: t('staff.employment'), width: 130, atEnd: true },
        ]}
        none={value !== null && sorted.length === 0 ? t('staff.none') : null}
        layout="fixed"
        verticalSpacing={5}
      >
        {sorted.map((person) => (
          <StaffRow key={person.id} person={person} mayOrder={value?.order.allowed === true} onAsk={setQuestion} />
        ))}
      </RowTable>
      <Rewrapping epochs={value?.epochs ?? []} />
      <StaffDialog
        question={question}
        onClose={(outcome) => {
          setQuestion(null);
          if (outcome === 'done') again();
        }}
      />
    </section>
  );
}

/** By name, Latin name or staff number, whatever the case. */
function fits({ name, nameLatin, staffNumber }: StaffPerson, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  return [name, nameLatin ?? '', staffNumber].some((text) => text.toLowerCase().includes(wanted));
}
