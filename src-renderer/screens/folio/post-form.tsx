import { Button, Select, TextInput } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseAmount, typedAmount } from '../../../src-shared/folio/amount.ts';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { FolioView } from '../../../src-shared/ipc/folio-views.ts';
import {
  POSTING_ITEMS,
  POSTING_REASONS,
  POSTING_TEXT_LENGTH,
  type PostingItem,
  type PostingKind,
} from '../../../src-shared/model/posting.ts';
import { call } from '../../bridge.ts';
import classes from './folio.module.css';
import { useReasons } from './use-reasons.ts';
import { WindowSelect } from './window-select.tsx';

export type Posted = Exclude<PostingKind, 'room' | 'tax'>;

interface PostFormProps {
  readonly kind: Posted;
  readonly folio: FolioView;
  readonly onTold: (asked: Promise<IpcResult<FolioView>>) => Promise<boolean>;
  readonly onClose: () => void;
}

/** One posting: what, how much, for whom. Enter posts, Esc leaves. A payment begins with what is owed. */
export function PostForm({ kind, folio, onTold, onClose }: PostFormProps) {
  const { t } = useTranslation();
  const owed = folio.balanceMinor > 0 && kind === 'payment' ? typedAmount(folio.balanceMinor, folio.currency) : '';
  // A split has a form of its own.
  const items = POSTING_ITEMS[kind].filter((item) => item !== 'split');
  const [item, setItem] = useState<PostingItem>(items[0] ?? 'other');
  const [amount, setAmount] = useState(owed);
  const [text, setText] = useState('');
  const [window, setWindow] = useState(1);
  const [reason, setReason] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [working, setWorking] = useState(false);
  const reasons = useReasons();
  const asksWhy = kind === 'refund' || kind === 'adjustment' || item === 'city-ledger';
  const post = async (event: FormEvent) => {
    event.preventDefault();
    if (working) return;
    const amountMinor = parseAmount(amount, folio.currency);
    if (amountMinor === null) return setWrong(t('folio.amountDoesNotFit'));
    setWorking(true);
    await onTold(
      call('folio.post', {
        stayId: folio.stayId,
        kind,
        item,
        text: text.trim() === '' ? null : text.trim(),
        amountMinor,
        folio: window,
        reason: POSTING_REASONS.find((name) => name === reason) ?? null,
      }),
    );
    setWorking(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    // Esc leaves this place first, and the record only after it.
    event.stopPropagation();
    onClose();
  };
  return (
    <form
      className={classes['form']}
      aria-label={t(`folio.way.${kind}`)}
      onSubmit={(event) => void post(event)}
      onKeyDown={onKeyDown}
    >
      <Select
        size="xs"
        w={130}
        label={t(kind === 'charge' || kind === 'adjustment' ? 'folio.what' : 'folio.means')}
        data={items.map((value) => ({ value, label: t(`folio.item.${value}`) }))}
        value={item}
        allowDeselect={false}
        onChange={(value) => setItem(items.find((name) => name === value) ?? item)}
      />
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
      <WindowSelect label={t('folio.windowLabel')} value={window} onChange={setWindow} />
      {asksWhy && (
        <Select size="xs" w={140} label={t('folio.why')} data={reasons} value={reason} onChange={setReason} />
      )}
      <TextInput
        size="xs"
        style={{ flex: '1 1 130px' }}
        label={t('folio.text')}
        placeholder={t('folio.textHint')}
        maxLength={POSTING_TEXT_LENGTH}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" loading={working} rightSection={<kbd>↵</kbd>}>
        {t('folio.post')}
      </Button>
      <Button size="xs" variant="default" onClick={onClose}>
        {t('action.cancel')}
      </Button>
    </form>
  );
}
