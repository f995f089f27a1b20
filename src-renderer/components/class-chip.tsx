import { IconCreditCard, IconHeart, IconId, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DataClass } from '../../src-shared/model/classes.ts';
import classes from './class-chip.module.css';

const ICONS = { basic: IconUser, identity: IconId, payment: IconCreditCard, preference: IconHeart } as const;

/** The class of a datum: sign, word and colour together. */
export function ClassChip({ dataClass }: { readonly dataClass: DataClass }) {
  const { t } = useTranslation();
  const Icon = ICONS[dataClass];
  return (
    <span className={classes['chip']} data-class={dataClass}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      {t(`class.${dataClass}`)}
    </span>
  );
}
