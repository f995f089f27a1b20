import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StaffItem } from '../../../src-shared/ipc/views.ts';
import { StaffFace } from '../../components/staff-face.tsx';
import { sayError } from '../../i18n/format.ts';
import classes from './sign-in.module.css';
import type { PromptState } from './use-password-prompt.ts';

interface PickedPersonProps {
  readonly employee: StaffItem;
  readonly prompt: PromptState;
  readonly onAsk: () => void;
  readonly onCancel: () => void;
  readonly onSomebodyElse: () => void;
}

/** Who is picked, and where her password is asked for: in the window in front, never here. */
export function PickedPerson({ employee, prompt, onAsk, onCancel, onSomebodyElse }: PickedPersonProps) {
  const { t, i18n } = useTranslation();
  const asking = prompt.name === 'asking';
  useHotkeys([['Escape', asking ? onCancel : onSomebodyElse]], []);
  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="nowrap" className={classes['picked']}>
        <StaffFace person={employee} />
        <Button variant="subtle" size="compact-sm" onClick={onSomebodyElse}>
          {t('signIn.other')}
        </Button>
      </Group>
      {prompt.name === 'closed' && prompt.error !== null && (
        <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden="true" />}>
          {sayError(t, prompt.error, i18n.language)}
        </Alert>
      )}
      {asking ? (
        <Group gap="sm" wrap="nowrap" mih={42}>
          <Loader size="sm" aria-hidden="true" />
          <Text c="dimmed">{t('signIn.inFront')}</Text>
        </Group>
      ) : (
        <Button size="md" onClick={onAsk} autoFocus>
          {t('signIn.ask')}
        </Button>
      )}
      <Text size="xs" c="dimmed" ta="center">
        {asking ? t('signIn.cancelHint') : t('signIn.switchHint')}
      </Text>
    </Stack>
  );
}
