import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import './theme/global.css';
import './i18n/index.ts';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './components/boundary.tsx';
import { lockDownPage } from './state/lockdown.ts';
import { followTerminal } from './state/stores.ts';
import { followActivity } from './state/touch.ts';
import { theme } from './theme/theme.ts';

lockDownPage();
followActivity();
void followTerminal();

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
const root = document.getElementById('root');
if (root === null) throw new Error('no root element');
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="light" getStyleNonce={() => nonce}>
    <Boundary>
      <App />
    </Boundary>
  </MantineProvider>,
);
