import { Button, Loader, Stack, Text } from '@mantine/core';
import { IconUsb } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './prompt.module.css';
import type { KeyProblem } from './security-key.ts';

/** What the ceremony with the key has come to. */
export type KeyState =
  | { readonly at: 'waiting' }
  | { readonly at: 'once-more' }
  | { readonly at: 'checking' }
  | { readonly at: 'stopped'; readonly problem: KeyProblem | null };

interface KeyWaitProps {
  readonly state: KeyState;
  readonly onAgain: () => void;
}

/** The key is being waited for; when it did not come to anything, why, and once more. */
export function KeyWait({ state, onAgain }: KeyWaitProps) {
  const { t } = useTranslation();
  if (state.at === 'stopped') {
    return (
      <Stack gap="sm">
        {state.problem !== null && (
          <Text c="var(--bad)" size="sm" role="alert">
            {t(`securityKey.problem.${state.problem}`)}
          </Text>
        )}
        <Button size="md" onClick={onAgain} autoFocus>
          {t('securityKey.again')}
        </Button>
      </Stack>
    );
  }
  return (
    <div className={classes['key']} role="status">
      <IconUsb size={30} stroke={1.4} aria-hidden="true" />
      <Text fw={550}>{t(`securityKey.${state.at}`)}</Text>
      <Loader size="xs" type="dots" aria-hidden="true" />
    </div>
  );
}
