import { Alert, Group, Loader, Text } from '@mantine/core';
import { IconLock, IconLockSquareRounded, IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppStatus, SessionView, StaffItem } from '../../../src-shared/ipc/views.ts';
import type { EmployeeId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { Centred } from '../../components/centred.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { useTerminal } from '../../state/stores.ts';
import { PickedPerson } from './picked-person.tsx';
import { StaffPicker } from './staff-picker.tsx';
import { usePasswordPrompt } from './use-password-prompt.ts';

const NOBODY: readonly StaffItem[] = [];
const askStaff = () => call('session.staff');

interface SignInScreenProps {
  readonly app: AppStatus;
  readonly session: SessionView;
}

/**
 * Pick yourself; main asks for the password in its own window, at once. Whoever was working last is picked already and asked when she
 * wants to go on; Esc is for somebody else.
 */
export function SignInScreen({ app, session }: SignInScreenProps) {
  const { t } = useTranslation();
  const dataVersion = useTerminal((state) => state.dataVersion);
  const staff = useAnswer(askStaff, dataVersion).value ?? NOBODY;
  const [picked, setPicked] = useState<EmployeeId | null>(session.lastEmployeeId);
  const employee = staff.find((person) => person.id === picked) ?? null;
  const prompt = usePasswordPrompt();
  const pick = (id: EmployeeId) => {
    setPicked(id);
    void prompt.ask(id);
  };
  const pickSomebodyElse = () => {
    prompt.cancel();
    setPicked(null);
  };
  if (app.shutOut !== null) return <ShutOut app={app} why={app.shutOut} />;
  return (
    <Centred app={app}>
      {session.lockReason !== null && session.lockReason !== 'start' && (
        <Group gap={6} mb="sm" c="dimmed">
          <IconLock size={16} aria-hidden="true" />
          <Text size="sm">{t(`lockReason.${session.lockReason}`)}</Text>
        </Group>
      )}
      {staff.length > 0 && employee === null && <StaffPicker staff={staff} onPick={pick} />}
      {employee !== null && (
        <PickedPerson
          employee={employee}
          prompt={prompt.state}
          onAsk={() => void prompt.ask(employee.id)}
          onCancel={prompt.cancel}
          onSomebodyElse={pickSomebodyElse}
        />
      )}
      {session.state === 'sealed' && staff.length > 0 && (
        <Group gap={6} mt="md" c="dimmed" wrap="nowrap">
          <IconLockSquareRounded size={16} aria-hidden="true" />
          <Text size="xs">{t('signIn.sealed')}</Text>
        </Group>
      )}
      <FirstRows waiting={staff.length === 0} />
    </Centred>
  );
}

/** Nobody may work here, and why: no name to pick and no password to type. */
function ShutOut({ app, why }: { readonly app: AppStatus; readonly why: NonNullable<AppStatus['shutOut']> }) {
  const { t } = useTranslation();
  const problem = useTerminal((state) => state.sync?.problem ?? null);
  return (
    <Centred app={app}>
      <Alert color="red" icon={<IconPlugConnectedX />} title={t(`shutOut.${why}.title`)}>
        <Text size="sm">{t(`shutOut.${why}.text`)}</Text>
        {why === 'lease-ended' && problem !== null && (
          <Text size="sm" mt="xs">
            {t(`sync.problem.${problem}`)}
          </Text>
        )}
      </Alert>
    </Centred>
  );
}

/** The very first start: the hotel's data is on its way. Whoever is on the list already need not wait for all of it. */
function FirstRows({ waiting }: { readonly waiting: boolean }) {
  const { t } = useTranslation();
  const sync = useTerminal((state) => state.sync);
  const rows = sync?.firstSyncRows ?? null;
  if (!waiting && rows === null) return null;
  const text = rows === null ? t('signIn.waiting') : t('signIn.firstSync', { count: rows });
  return (
    <Group gap="sm" mt={waiting ? 0 : 'md'} role="status" wrap="nowrap">
      <Loader size="sm" />
      <Text c="dimmed">{waiting && sync?.problem ? t(`sync.problem.${sync.problem}`) : text}</Text>
    </Group>
  );
}
