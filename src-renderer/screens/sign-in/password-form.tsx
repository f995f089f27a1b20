import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type KeyboardEvent, type SubmitEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/contract.ts';
import type { StaffItem } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import classes from './sign-in.module.css';
import { StaffFace } from './staff-face.tsx';

interface PasswordFormProps {
  readonly employee: StaffItem;
  readonly onSomebodyElse: () => void;
}

/** The password lives in the text field alone and is gone from it when main has answered. */
export function PasswordForm({ employee, onSomebodyElse }: PasswordFormProps) {
  const { t, i18n } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState(true);
  const [caps, setCaps] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = field.current;
    if (input === null || input.value === '') return;
    setWorking(true);
    setError(null);
    const result = await call('session.signIn', { employeeId: employee.id, password: input.value });
    input.value = '';
    setEmpty(true);
    setWorking(false);
    if (result.ok) useTerminal.setState({ session: result.value });
    else {
      setError(result.error);
      input.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    setCaps(event.getModifierState('CapsLock'));
    if (event.key === 'Escape') onSomebodyElse();
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" className={classes['picked']}>
          <StaffFace person={employee} />
          <Button variant="subtle" size="compact-sm" onClick={onSomebodyElse}>
            {t('signIn.other')}
          </Button>
        </Group>
        <PasswordInput
          ref={field}
          label={t('signIn.password')}
          size="md"
          autoFocus
          autoComplete="off"
          // Never shown in clear: guests stand in front of the screen.
          visible={false}
          rightSection={<span />}
          onChange={(event) => setEmpty(event.currentTarget.value === '')}
          onKeyDown={onKeyDown}
          error={error !== null && sayError(t, error, i18n.language)}
          description={caps ? t('signIn.caps') : undefined}
        />
        <Button type="submit" size="md" loading={working} disabled={empty}>
          {t('signIn.submit')}
        </Button>
        <Text size="xs" c="dimmed" ta="center">
          {t('signIn.switchHint')}
        </Text>
      </Stack>
    </form>
  );
}
