import { Text } from '@mantine/core';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { formatTime } from '../../i18n/format.ts';
import { LogTable } from '../log/log-table.tsx';
import { CaseClosing } from './case-closing.tsx';
import classes from './cases.module.css';

/** One case: what happened in a sentence, the facts, the entries of the log, and its end. */
export function CaseDetail({ one, onClosed }: { readonly one: CaseView; readonly onClosed: () => void }) {
  const { t, i18n } = useTranslation();
  const what = t(`cases.what.${one.kind}`, {
    who: one.openedBy,
    class: one.class === null ? '' : t(`class.${one.class}`),
  });
  return (
    <article className={classes['detail']} aria-label={t(`cases.kind.${one.kind}`)}>
      <h2>{t(`cases.kind.${one.kind}`)}</h2>
      <Text>{what}</Text>
      <dl className={classes['facts']}>
        <Fact name={t('cases.who')}>
          {one.openedBy} · {t(`role.${one.role}`)}
        </Fact>
        <Fact name={t('cases.when')}>{formatTime(one.openedAt, i18n.language, 'day')}</Fact>
        <Fact name={t('cases.where')}>
          {one.terminal ?? '–'}
          {one.isHere && ` (${t('cases.here')})`}
        </Fact>
        {one.guest !== null && (
          <Fact name={t('cases.guest')}>
            {one.guest}
            {one.room !== null && ` · ${one.room}`}
          </Fact>
        )}
        {(one.kind === 'break-glass' || one.kind === 'factor-reset') && (
          <>
            <Fact name={t('cases.confirmedBy')}>{one.confirmedBy ?? t('cases.nobody')}</Fact>
            <Fact name={t('cases.reason')}>{one.reasonText ?? t('cases.erased')}</Fact>
          </>
        )}
      </dl>
      <CaseClosing one={one} onClosed={onClosed} />
      <h3>{t('cases.entries')}</h3>
      {one.isHere ? (
        <Entries caseId={one.id} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('cases.elsewhere', { terminal: one.terminal ?? '–', entry: one.entry })}
        </Text>
      )}
    </article>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Entries({ caseId }: { readonly caseId: CaseView['id'] }) {
  const ask = useCallback(() => call('case.entries', { caseId }), [caseId]);
  const { value } = useAnswer(ask);
  return value === null ? null : <LogTable items={value} />;
}
