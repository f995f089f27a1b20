import { IconEyeOff, IconStar } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './guest-tags.module.css';

interface GuestTagsProps {
  readonly guest: { readonly vip: boolean; readonly doNotDisclose: boolean };
}

/** What everybody at the desk must know before she speaks to or about this guest. */
export function GuestTags({ guest }: GuestTagsProps) {
  const { t } = useTranslation();
  return (
    <>
      {guest.vip && (
        <span className={classes['tag']} data-tone="vip">
          <IconStar size={12} stroke={2} aria-hidden="true" />
          {t('today.vip')}
        </span>
      )}
      {guest.doNotDisclose && (
        <span className={classes['tag']} data-tone="dnd">
          <IconEyeOff size={12} stroke={2} aria-hidden="true" />
          {t('today.dnd')}
        </span>
      )}
    </>
  );
}
