import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import './theme/global.css';
import './i18n/index.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './components/boundary.tsx';
import { lockDownPage } from './state/lockdown.ts';
import { followTerminal, useTerminal } from './state/stores.ts';
import { followActivity } from './state/touch.ts';
import { Themed } from './theme/themed.tsx';

lockDownPage();
followActivity();
void followTerminal();

function Root() {
  const chosen = useTerminal((state) => state.app?.theme ?? 'light');
  return (
    <Themed chosen={chosen}>
      <Boundary>
        <App />
      </Boundary>
    </Themed>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('no root element');
createRoot(root).render(<Root />);
