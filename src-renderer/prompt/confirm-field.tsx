import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import { PasswordField } from './password-field.tsx';

/** The password of somebody who stands by: it says yes, and signs nobody in. */
export function ConfirmField({ onAnswer }: { readonly onAnswer: (error: IpcError | null) => void }) {
  const { t } = useTranslation();
  return <PasswordField onAnswer={onAnswer} channel="prompt.confirm" submit={t('glass.confirm.submit')} />;
}
