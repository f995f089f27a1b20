import { useHotkeys } from '@mantine/hooks';
import type { AppStatus, SessionView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { Boundary } from '../../components/boundary.tsx';
import { commandBar } from '../../state/command-bar.ts';
import { type Place, useUnlock, useView } from '../../state/stores.ts';
import { AuditScreen } from '../audit/audit-screen.tsx';
import { CaseNotice } from '../cases/case-notice.tsx';
import { CasesScreen } from '../cases/cases-screen.tsx';
import { useOpenCases } from '../cases/use-open-cases.ts';
import { ConflictsScreen } from '../conflicts/conflicts-screen.tsx';
import { FactorsDialog } from '../factors/factors-dialog.tsx';
import { LogScreen } from '../log/log-screen.tsx';
import { NewStayScreen } from '../new-stay/new-stay-screen.tsx';
import { PasswordsDialog } from '../passwords/passwords-dialog.tsx';
import { RecoveryDialog } from '../recovery/recovery-dialog.tsx';
import { StaffScreen } from '../staff/staff-screen.tsx';
import { StayScreen } from '../stay/stay-screen.tsx';
import { SyncScreen } from '../sync/sync-screen.tsx';
import { TerminalsScreen } from '../terminals/terminals-screen.tsx';
import { TodayScreen } from '../today/today-screen.tsx';
import { CommandBar } from './command-bar.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { type AreaEntry, areasFor, homeOf } from './places.ts';
import { Rail } from './rail.tsx';
import classes from './shell.module.css';
import { StatusStrip } from './status-strip.tsx';
import { TopBar } from './top-bar.tsx';
import { UnlockDialog } from './unlock-dialog.tsx';

interface ShellProps {
  readonly app: AppStatus;
  readonly session: SessionView;
  readonly employee: NonNullable<SessionView['employee']>;
}

/** Rail, command bar, the place somebody is at, status strip: the same around every screen. */
export function Shell({ app, session, employee }: ShellProps) {
  const areas = areasFor(employee.role);
  const place = useView((state) => state.place) ?? homeOf(areas);
  useShellKeys(areas);
  const cases = useOpenCases(areas);
  return (
    <div className={classes['shell']}>
      <Rail app={app} areas={areas} place={place} openCases={cases?.open ?? 0} />
      <TopBar app={app} session={session} employee={employee} areas={areas} />
      <main className={classes['main']}>
        {place.area !== 'cases' && <CaseNotice cases={cases} />}
        <Boundary key={place.area === 'stay' ? place.stayId : place.area === 'new-stay' ? place.as : place.area}>
          <PlaceScreen place={place} session={session} openCases={cases?.open ?? 0} />
        </Boundary>
      </main>
      <StatusStrip app={app} />
      <CommandBar areas={areas} />
      <UnlockDialog />
      <RecoveryDialog />
      <KeysDialog />
      <FactorsDialog />
      <PasswordsDialog />
    </div>
  );
}

interface PlaceScreenProps {
  readonly place: Place;
  readonly session: SessionView;
  readonly openCases: number;
}

function PlaceScreen({ place, session, openCases }: PlaceScreenProps) {
  if (place.area === 'stay') return <StayScreen stayId={place.stayId} from={place.from} session={session} />;
  if (place.area === 'new-stay') return <NewStayScreen as={place.as} />;
  if (place.area === 'conflicts') return <ConflictsScreen first={place.conflictId} />;
  if (place.area === 'today') return <TodayScreen />;
  if (place.area === 'audit') return <AuditScreen />;
  if (place.area === 'cases') return <CasesScreen openCases={openCases} />;
  if (place.area === 'staff') return <StaffScreen />;
  if (place.area === 'terminals') return <TerminalsScreen />;
  return place.area === 'log' ? <LogScreen /> : <SyncScreen />;
}

/** Keys that work everywhere in the shell; those of a screen are beside it. */
function useShellKeys(areas: readonly AreaEntry[]): void {
  const { go, showKeys } = useView.getState();
  const goTo = (index: number) => {
    const entry = areas[index];
    if (entry !== undefined) go({ area: entry.area });
  };
  // In text fields too: a person who wants to lock is leaving.
  useHotkeys(
    [
      ['mod+K', () => commandBar.toggle()],
      ['mod+L', () => void call('session.lock')],
      ['alt+S', () => void call('session.switch')],
      ['alt+1', () => goTo(0)],
      ['alt+2', () => goTo(1)],
      ['alt+3', () => goTo(2)],
      ['alt+4', () => goTo(3)],
      ['alt+U', () => void useUnlock.getState().ask()],
    ],
    [],
  );
  // With Shift on most keyboards, without on some.
  useHotkeys([
    ['shift+?', () => showKeys(true)],
    ['?', () => showKeys(true)],
  ]);
}
