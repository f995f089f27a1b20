import { Button } from '@mantine/core';
import { IconUrgent } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../i18n/format.ts';
import { useView } from '../../state/stores.ts';
import classes from './cases.module.css';
import type { OpenCases } from './use-open-cases.ts';

/** Tells the security officer of the newest case, wherever she is, until she has looked or put it off. */
export function CaseNotice({ cases }: { readonly cases: OpenCases | null }) {
  const { t, i18n } = useTranslation();
  const [putOff, setPutOff] = useState<string | null>(null);
  const newest = cases?.newest ?? null;
  if (newest === null || newest.id === putOff) return null;
  return (
    <div className={classes['notice']} role="alert">
      <IconUrgent size={18} aria-hidden="true" />
      <span>
        {t('cases.notice', {
          kind: t(`cases.kind.${newest.kind}`),
          who: newest.openedBy,
          time: formatTime(newest.openedAt, i18n.language, 'day'),
        })}
      </span>
      <Button size="compact-sm" color="red.9" onClick={() => useView.getState().go({ area: 'cases' })}>
        {t('cases.look')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setPutOff(newest.id)}>
        {t('cases.later')}
      </Button>
    </div>
  );
}
