import { Button, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { POSTING_REASONS } from '../../../src-shared/model/posting.ts';
import { call } from '../../bridge.ts';
import { formatMoney, sayError } from '../../i18n/format.ts';
import { useReasons } from '../folio/use-reasons.ts';
import classes from './change.module.css';

interface OwedNoticeProps {
  readonly record: StayRecord;
  readonly balanceMinor: number;
  /** Nothing is owed any more, or whoever stands there lets the guest go all the same. */
  readonly onCheckOut: () => void;
  readonly onClose: () => void;
}

/** Somebody is to leave and the folio is not even: what is owed, and what can be done about it. It stops nobody. */
export function OwedNotice({ record, balanceMinor, onCheckOut, onClose }: OwedNoticeProps) {
  const { t, i18n } = useTranslation();
  const [reason, setReason] = useState<string | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const reasons = useReasons();
  const isOwed = balanceMinor > 0;
  const amount = formatMoney(Math.abs(balanceMinor), record.currency, i18n.language);
  const toLedger = async () => {
    const result = await call('folio.post', {
      stayId: record.stay.stayId,
      kind: 'payment',
      item: 'city-ledger',
      text: null,
      amountMinor: balanceMinor,
      folio: 1,
      reason: POSTING_REASONS.find((name) => name === reason) ?? null,
    });
    setError(result.ok ? null : result.error);
    if (result.ok) onCheckOut();
  };
  return (
    <div className={classes['owed']} role="alert" aria-label={t('folio.notEven')}>
      <Text size="sm" fw={600}>
        {t(isOwed ? 'folio.stillOwed' : 'folio.toGiveBack', { amount })}
      </Text>
      <Text size="sm">{t(isOwed ? 'folio.stillOwedText' : 'folio.toGiveBackText')}</Text>
      {isOwed && (
        <Select
          mt="xs"
          size="xs"
          label={t('folio.ledgerWhy')}
          placeholder={t('folio.choose')}
          data={reasons}
          value={reason}
          onChange={setReason}
          comboboxProps={{ withinPortal: true }}
        />
      )}
      {error !== null && (
        <Text size="sm" mt={4} c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Stack mt="xs" gap={6}>
        {isOwed && (
          <Button size="xs" disabled={reason === null} onClick={() => void toLedger()}>
            {t('folio.toLedger')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={onCheckOut}>
          {t('folio.allTheSame')}
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          {t('action.back')}
        </Button>
      </Stack>
    </div>
  );
}
