import { Alert, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { formatTime, sayError } from '../../i18n/format.ts';
import { CaseDetail } from './case-detail.tsx';
import classes from './cases.module.css';

const ask = () => call('case.list');

/** What must be looked at: the cases on the left, what happened and how it is closed on the right. */
export function CasesScreen({ openCases }: { readonly openCases: number }) {
  const { t, i18n } = useTranslation();
  // Looking is recorded: asked again when a case came or went, not with every row.
  const { value: cases, error, again } = useAnswer(ask, openCases);
  const [chosen, setChosen] = useState<CaseView['id'] | null>(null);
  const shown = cases?.find(({ id }) => id === chosen) ?? cases?.[0] ?? null;
  if (cases === null) {
    return (
      error !== null && (
        <Alert m="md" color="orange" icon={<IconAlertTriangle />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )
    );
  }
  return (
    <section className={classes['cases']} aria-label={t('cases.title')}>
      <nav className={classes['list']} aria-label={t('cases.title')}>
        <h1>
          {t('cases.title')} <small>{t('cases.open', { count: openCases })}</small>
        </h1>
        {cases.map((one) => (
          <UnstyledButton
            key={one.id}
            className={classes['item']}
            data-state={one.state}
            aria-current={one.id === shown?.id || undefined}
            onClick={() => setChosen(one.id)}
          >
            <b>{t(`cases.kind.${one.kind}`)}</b>
            <span className={classes['state']} data-state={one.state}>
              {one.verdict === null ? t(`cases.state.${one.state}`) : t(`cases.verdicts.${one.verdict}`)}
            </span>
            <small>
              {one.openedBy} · {formatTime(one.openedAt, i18n.language, 'day')}
            </small>
          </UnstyledButton>
        ))}
        {cases.length === 0 && (
          <Text c="dimmed" ta="center" py="xl">
            {t('cases.none')}
          </Text>
        )}
      </nav>
      {shown !== null && <CaseDetail key={shown.id} one={shown} onClosed={again} />}
    </section>
  );
}
