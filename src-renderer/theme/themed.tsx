import { MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTerminal } from '../state/stores.ts';
import { theme } from './theme.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** Light or dark as main remembers it for this terminal: the page itself stores nothing. */
export function Themed({ children }: { readonly children: ReactNode }) {
  const chosen = useTerminal((state) => state.app?.theme ?? 'light');
  const system = useColorScheme();
  return (
    <MantineProvider theme={theme} forceColorScheme={chosen === 'auto' ? system : chosen} getStyleNonce={() => nonce}>
      {children}
    </MantineProvider>
  );
}
