import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseAmount, typedAmount } from '../../../src-shared/folio/amount.ts';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { FolioView } from '../../../src-shared/ipc/folio-views.ts';
import { call } from '../../bridge.ts';
import classes from './folio.module.css';
import { WindowSelect } from './window-select.tsx';

interface SplitFormProps {
  readonly folio: FolioView;
  readonly onTold: (asked: Promise<IpcResult<FolioView>>) => Promise<boolean>;
  readonly onClose: () => void;
}

/** So much from one window to another: the company pays the room, the guest the minibar. What is owed stays the same. */
export function SplitForm({ folio, onTold, onClose }: SplitFormProps) {
  const { t } = useTranslation();
  const owed = folio.windows.find((one) => one.folio === 1)?.balanceMinor ?? 0;
  const [amount, setAmount] = useState(owed > 0 ? typedAmount(owed, folio.currency) : '');
  const [from, setFrom] = useState(1);
  const [to, setTo] = useState(2);
  const [wrong, setWrong] = useState<string | null>(null);
  const split = async (event: FormEvent) => {
    event.preventDefault();
    const amountMinor = parseAmount(amount, folio.currency);
    if (amountMinor === null) return setWrong(t('folio.amountDoesNotFit'));
    await onTold(call('folio.split', { stayId: folio.stayId, from, to, amountMinor }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return (
    <form
      className={classes['form']}
      aria-label={t('folio.way.split')}
      onSubmit={(event) => void split(event)}
      onKeyDown={onKeyDown}
    >
      <TextInput
        size="xs"
        w={120}
        label={`${t('folio.amount')} (${folio.currency})`}
        inputMode="decimal"
        autoComplete="off"
        value={amount}
        error={wrong}
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          setAmount(event.currentTarget.value);
          setWrong(null);
        }}
      />
      <WindowSelect label={t('folio.from')} value={from} onChange={setFrom} />
      <WindowSelect label={t('folio.to')} value={to} onChange={setTo} />
      <Button type="submit" size="xs" rightSection={<kbd>↵</kbd>} disabled={from === to}>
        {t('folio.way.split')}
      </Button>
      <Button size="xs" variant="default" onClick={onClose}>
        {t('action.cancel')}
      </Button>
    </form>
  );
}
