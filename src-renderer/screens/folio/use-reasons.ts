import { useTranslation } from 'react-i18next';
import { POSTING_REASONS, type PostingReason } from '../../../src-shared/model/posting.ts';

/** Why something is taken back or given back, for a list to choose from. */
export function useReasons(): { readonly value: PostingReason; readonly label: string }[] {
  const { t } = useTranslation();
  return POSTING_REASONS.map((value) => ({ value, label: t(`folio.reason.${value}`) }));
}
