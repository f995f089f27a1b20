import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { sayError } from '../../i18n/format.ts';
import classes from './ceremony.module.css';

/** What was wrong with the last answer. */
export function StepError({ error }: { readonly error: IpcError | null }) {
  const { t, i18n } = useTranslation();
  return (
    <Text c="var(--bad)" size="sm" role="alert" className={classes['error']}>
      {error !== null && sayError(t, error, i18n.language)}
    </Text>
  );
}
