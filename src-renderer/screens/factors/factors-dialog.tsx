import { Alert, Modal, Stack } from '@mantine/core';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal, useView } from '../../state/stores.ts';
import { Renewal } from './renewal.tsx';
import { SecurityKeys } from './security-keys.tsx';

/** Her own second factors: what she has, and how she gets another. */
export function FactorsDialog() {
  const { t } = useTranslation();
  const shown = useView((state) => state.factorsShown);
  return (
    <Modal
      opened={shown}
      onClose={() => useView.getState().showFactors(false)}
      title={t('factors.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Factors />
    </Modal>
  );
}

function Factors() {
  const { t, i18n } = useTranslation();
  const ask = useCallback(() => call('factors.view'), []);
  const { value, error, again } = useAnswer(
    ask,
    useTerminal((state) => state.dataVersion),
  );
  if (value === null) return error !== null && <Alert color="red">{sayError(t, error, i18n.language)}</Alert>;
  return (
    <Stack gap="lg">
      <SecurityKeys factors={value} onChange={again} />
      <Renewal access={value.renew} />
    </Stack>
  );
}
