import { VisuallyHidden } from '@mantine/core';
import { IconEyeOff, IconStar } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './guest-tags.module.css';

interface GuestTagsProps {
  readonly guest: { readonly vip: boolean; readonly doNotDisclose: boolean };
  /** In a list there is room for the signs only; their words are there for who asks. */
  readonly form: 'signs' | 'words';
}

/** What everybody at the desk must know before she speaks to or about this guest. */
export function GuestTags({ guest, form }: GuestTagsProps) {
  const { t } = useTranslation();
  const tags = [
    { name: 'vip', holds: guest.vip, Sign: IconStar, words: t('today.vip') },
    { name: 'dnd', holds: guest.doNotDisclose, Sign: IconEyeOff, words: t('today.dnd') },
  ].filter(({ holds }) => holds);
  return tags.map(({ name, Sign, words }) => (
    <span key={name} className={classes['tag']} data-tone={name} data-form={form} title={words}>
      <Sign size={13} stroke={2} aria-hidden="true" />
      {form === 'words' ? words : <VisuallyHidden>{words}</VisuallyHidden>}
    </span>
  ));
}
