import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PromptQuestion } from '../../src-shared/ipc/prompt-contract.ts';
import { formatTime } from '../i18n/format.ts';

/** Who will check the code, and until when this terminal may; without line and lease, what to do. */
export function CodeCheck({ check: { by, lease } }: { readonly check: NonNullable<PromptQuestion['check']> }) {
  const { t, i18n } = useTranslation();
  if (by === 'server') return <Text size="xs">{t('secondFactor.byServer')}</Text>;
  if (lease.until === null) {
    return (
      <Text size="xs" c="var(--bad)">
        {t(`error.lease-${lease.problem ?? 'none'}`)}
      </Text>
    );
  }
  return (
    <Text size="xs">{t('secondFactor.byTerminal', { until: formatTime(lease.until, i18n.language, 'date') })}</Text>
  );
}
