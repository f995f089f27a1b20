import { MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { AppStatus } from '../../src-shared/ipc/views.ts';
import { resolveVariables, theme } from './theme.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

interface ThemedProps {
  /** As main remembers it for this terminal: the page itself stores nothing. */
  readonly chosen: AppStatus['theme'];
  readonly children: ReactNode;
}

/** Light or dark, and the component library with our tokens. */
export function Themed({ chosen, children }: ThemedProps) {
  const system = useColorScheme();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      forceColorScheme={chosen === 'auto' ? system : chosen}
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  );
}
