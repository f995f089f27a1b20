import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';

/** Her password and the one under duress; both are typed in main's own window. */
export function PasswordsDialog() {
  const { t } = useTranslation();
  const shown = useView((state) => state.passwordsShown);
  return (
    <Modal
      opened={shown}
      onClose={() => useView.getState().showPasswords(false)}
      title={t('passwords.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Passwords />
    </Modal>
  );
}

const DONE = {
  'password.change': 'passwords.changed',
  'duress.set': 'passwords.setDone',
  'duress.remove': 'passwords.removeDone',
} as const;
type Asked = keyof typeof DONE;
type Outcome =
  | { readonly name: 'nothing' }
  | { readonly name: 'asking' | 'done'; readonly asked: Asked }
  | { readonly name: 'error'; readonly error: IpcError };

function Passwords() {
  const { t, i18n } = useTranslation();
  const [outcome, setOutcome] = useState<Outcome>({ name: 'nothing' });
  const ask = async (asked: Asked) => {
    if (outcome.name === 'asking') return;
    setOutcome({ name: 'asking', asked });
    const result = await call(asked);
    if (result.ok) setOutcome({ name: 'done', asked });
    else setOutcome(result.error.code === 'cancelled' ? { name: 'nothing' } : { name: 'error', error: result.error });
  };
  const button = (asked: Asked, label: string, variant: 'filled' | 'default') => (
    <Button
      variant={variant}
      loading={outcome.name === 'asking' && outcome.asked === asked}
      disabled={outcome.name === 'asking' && outcome.asked !== asked}
      onClick={() => void ask(asked)}
    >
      {label}
    </Button>
  );
  return (
    <Stack gap="lg">
      <Stack gap="xs" component="section" aria-label={t('passwords.own')}>
        <Title order={3} size="h5">
          {t('passwords.own')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('passwords.ownText')}
        </Text>
        <Group>{button('password.change', t('passwords.change'), 'filled')}</Group>
      </Stack>
      <Stack gap="xs" component="section" aria-label={t('passwords.duress')}>
        <Title order={3} size="h5">
          {t('passwords.duress')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('passwords.duressText')}
        </Text>
        <Group gap="sm">
          {button('duress.set', t('passwords.set'), 'default')}
          {button('duress.remove', t('passwords.remove'), 'default')}
        </Group>
        <Text size="xs" c="dimmed">
          {t('passwords.secret')}
        </Text>
      </Stack>
      <Text size="sm" role="status" c={outcome.name === 'error' ? 'var(--bad)' : 'var(--mantine-color-text)'} mih={22}>
        {outcome.name === 'asking' && t('passwords.inFront')}
        {outcome.name === 'done' && t(DONE[outcome.asked])}
        {outcome.name === 'error' && sayError(t, outcome.error, i18n.language)}
      </Text>
    </Stack>
  );
}
