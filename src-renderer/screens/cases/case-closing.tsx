import { Button, Group, SegmentedControl, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { CaseView } from '../../../src-shared/ipc/views.ts';
import { CASE_TEXT, CASE_VERDICTS, type CaseClosure } from '../../../src-shared/model/entities.ts';
import { call } from '../../bridge.ts';
import { formatTime, sayError } from '../../i18n/format.ts';
import classes from './cases.module.css';

/** How a case was closed, or the verdict and the sentence that close it. */
export function CaseClosing({ one, onClosed }: { readonly one: CaseView; readonly onClosed: () => void }) {
  const { t, i18n } = useTranslation();
  const [verdict, setVerdict] = useState<CaseClosure['verdict'] | null>(null);
  const [finding, setFinding] = useState('');
  const [error, setError] = useState<IpcError | null>(null);
  if (one.state === 'closed') {
    return (
      <div className={classes['closed']}>
        <b>{one.verdict !== null && t(`cases.verdicts.${one.verdict}`)}</b> {one.finding}
        <small>
          {t('cases.closedBy', {
            who: one.closedBy ?? '–',
            time: one.closedAt === null ? '' : formatTime(one.closedAt, i18n.language, 'day'),
          })}
        </small>
      </div>
    );
  }
  const isWhole = verdict !== null && finding.trim().length >= CASE_TEXT.least;
  const close = async (event: FormEvent) => {
    event.preventDefault();
    if (!isWhole) return;
    const result = await call('case.close', { caseId: one.id, verdict, finding });
    setError(result.ok ? null : result.error);
    if (result.ok) onClosed();
  };
  return (
    <form className={classes['closing']} onSubmit={(event) => void close(event)}>
      <Group gap="sm">
        <Text size="sm" fw={550}>
          {t('cases.verdict')}
        </Text>
        <SegmentedControl
          size="sm"
          aria-label={t('cases.verdict')}
          value={verdict ?? ''}
          onChange={(value) => setVerdict(value as CaseClosure['verdict'])}
          data={CASE_VERDICTS.map((value) => ({ value, label: t(`cases.verdicts.${value}`) }))}
        />
      </Group>
      <Textarea
        aria-label={t('cases.finding')}
        placeholder={t('cases.findingHint')}
        minRows={2}
        autosize
        maxLength={CASE_TEXT.most}
        value={finding}
        onChange={(event) => setFinding(event.currentTarget.value)}
      />
      {error !== null && (
        <Text size="sm" c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Button type="submit" disabled={!isWhole} style={{ alignSelf: 'start' }}>
        {t('cases.close')}
      </Button>
    </form>
  );
}
