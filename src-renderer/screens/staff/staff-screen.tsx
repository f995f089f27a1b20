import { Alert, Table, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StaffPerson } from '../../../src-shared/ipc/views.ts';
import { hasInItsWork } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
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
      <header className={classes['head']}>
        <h1>{t('staff.title')}</h1>
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
      </header>
      {error !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )}
      <div className={classes['table']}>
        <Table stickyHeader verticalSpacing={5} horizontalSpacing="md" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="24%">{t('staff.person')}</Table.Th>
              {COLUMNS.map((column) => (
                <Table.Th key={column ?? 'order'}>
                  {column === null ? t('staff.orderColumn') : t(`class.${column}`)}
                </Table.Th>
              ))}
              <Table.Th w={130} ta="right">
                {t('staff.employment')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map((person) => (
              <StaffRow key={person.id} person={person} mayOrder={value?.order.allowed === true} onAsk={setQuestion} />
            ))}
          </Table.Tbody>
        </Table>
        {value !== null && sorted.length === 0 && (
          <Text c="dimmed" ta="center" py="xl">
            {t('staff.none')}
          </Text>
        )}
      </div>
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
