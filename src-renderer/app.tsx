import { useEffect } from 'react';
import { setLanguage } from './i18n/index.ts';
import { FaultScreen } from './screens/fault/fault-screen.tsx';
import { FirstRunScreen } from './screens/fault/first-run-screen.tsx';
import { StartingScreen } from './screens/fault/starting-screen.tsx';
import { WipedScreen } from './screens/fault/wiped-screen.tsx';
import { Shell } from './screens/shell/shell.tsx';
import { SignInScreen } from './screens/sign-in/sign-in-screen.tsx';
import { useTerminal } from './state/stores.ts';

/** Chooses the screen by the state of the terminal; inside the shell, by where the person went. */
export function App() {
  const app = useTerminal((state) => state.app);
  const session = useTerminal((state) => state.session);
  const locale = app?.locale;
  useEffect(() => {
    if (locale !== undefined) setLanguage(locale);
  }, [locale]);

  if (app === null || session === null || app.phase === 'starting') return <StartingScreen />;
  if (app.phase === 'fault' && app.fault !== null) return <FaultScreen app={app} fault={app.fault} />;
  if (app.phase === 'wiped') return <WipedScreen app={app} />;
  if (app.phase === 'first-run') return <FirstRunScreen app={app} />;
  if (session.employee === null) return <SignInScreen app={app} session={session} />;
  return <Shell app={app} session={session} employee={session.employee} />;
}
