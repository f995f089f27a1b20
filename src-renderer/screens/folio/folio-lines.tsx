import { Button, Select } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FOLIO_RULES } from '../../../src-shared/folio/posting-rules.ts';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { FolioLine, FolioView } from '../../../src-shared/ipc/folio-views.ts';
import type { PostingReason } from '../../../src-shared/model/posting.ts';
import { call } from '../../bridge.ts';
import { formatDay, formatMoney } from '../../i18n/format.ts';
import classes from './folio.module.css';
import { useReasons } from './use-reasons.ts';

interface FolioLinesProps {
  readonly folio: FolioView;
  /** Shows how it ended; true when it was done. */
  readonly onTold: (asked: Promise<IpcResult<FolioView>>) => Promise<boolean>;
}

/** Every line in the order of the days; one that is wrong is taken back, and stays in view. */
export function FolioLines({ folio, onTold }: FolioLinesProps) {
  const { t, i18n } = useTranslation();
  const [reversing, setReversing] = useState<FolioLine['id'] | null>(null);
  const reasons = useReasons();
  if (folio.lines.length === 0) return <p className={classes['windows']}>{t('folio.none')}</p>;
  const say = (minor: number) => formatMoney(minor, folio.currency, i18n.language);
  const reverse = async (line: FolioLine, reason: PostingReason) => {
    const { stayId } = folio;
    if (await onTold(call('folio.reverse', { stayId, postingId: line.id, reason }))) setReversing(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    setReversing(null);
  };
  const sayReturned = (reason: string) => {
    const rule = FOLIO_RULES.find((name) => name === reason);
    return rule === undefined ? t('returned.reason.other') : t(`change.rule.${rule}`);
  };
  return (
    <table className={classes['lines']}>
      <thead>
        <tr>
          <th>{t('folio.day')}</th>
          <th>{t('folio.what')}</th>
          <th className={classes['money']}>{t('folio.amount')}</th>
          <th className={classes['money']}>{t('folio.running')}</th>
          <th aria-label={t('folio.reverse')} />
        </tr>
      </thead>
      <tbody>
        {folio.lines.map((line) => (
          <tr key={line.id} data-state={line.state} data-reversed={line.isReversed || undefined}>
            <td className={classes['soft']}>{formatDay(line.businessDate, i18n.language)}</td>
            <td>
              <span className={classes['what']}>
                {line.reverses !== null && `${t('folio.reversal')} · `}
                {t(`folio.item.${line.item}`)}
                {(line.kind === 'deposit' || line.kind === 'refund') && ` · ${t(`folio.way.${line.kind}`)}`}
                {line.folio > 1 && ` · ${t('folio.windowShort', { folio: line.folio })}`}
              </span>
              <small>
                {[
                  line.text,
                  line.reason === null ? null : t(`folio.reason.${line.reason}`),
                  line.by,
                  line.state === 'synced' ? null : t(`stay.noteState.${line.state}`),
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </small>
              {line.returned !== null && <small>{sayReturned(line.returned.reason)}</small>}
            </td>
            <td className={`${classes['money']} ${classes['amount']}`}>{say(line.amountMinor)}</td>
            <td className={`${classes['money']} ${classes['soft']}`}>
              {line.state === 'refused' ? '–' : say(line.runningMinor)}
            </td>
            <td className={classes['money']} onKeyDown={onKeyDown}>
              {line.mayReverse && reversing !== line.id && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={`${t('folio.reverse')} ${t(`folio.item.${line.item}`)}`}
                  onClick={() => setReversing(line.id)}
                >
                  {t('folio.reverse')}
                </Button>
              )}
              {reversing === line.id && (
                <Select
                  size="xs"
                  w={130}
                  ml="auto"
                  aria-label={t('folio.why')}
                  placeholder={t('folio.why')}
                  data={reasons}
                  autoFocus
                  defaultDropdownOpened
                  onChange={(value) => value !== null && void reverse(line, value as PostingReason)}
                />
              )}
              {line.returned !== null && (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => {
                    if (line.returned === null) return;
                    const { operationId } = line.returned;
                    void onTold(call('folio.drop', { stayId: folio.stayId, operationId }));
                  }}
                >
                  {t('returned.drop')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
