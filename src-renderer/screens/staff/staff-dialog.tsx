import { Button, Group, Modal, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { GrantView, StaffPerson } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

/** What is asked before it is done. */
export type StaffQuestion =
  | { readonly kind: 'order' | 'withdraw'; readonly person: StaffPerson; readonly grant: GrantView }
  | { readonly kind: 'leave'; readonly person: StaffPerson };

interface StaffDialogProps {
  readonly question: StaffQuestion | null;
  readonly onClose: (outcome: 'done' | 'left') => void;
}

/** Says what ordering, withdrawing or leaving means, and does it; main asks for the second factor when it is not in force. */
export function StaffDialog({ question, onClose }: StaffDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={question !== null}
      onClose={() => onClose('left')}
      title={question === null ? '' : t(`staff.ask.${question.kind}`, wordsOf(t, question))}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      size="md"
    >
      {question !== null && <Question key={question.person.id} question={question} onClose={onClose} />}
    </Modal>
  );
}

function Question({ question, onClose }: StaffDialogProps & { readonly question: StaffQuestion }) {
  const { t, i18n } = useTranslation();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const confirm = async () => {
    setWorking(true);
    let result = await carryOut(question);
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask()))
      result = await carryOut(question);
    setWorking(false);
    if (result.ok) onClose('done');
    else if (result.error.code !== 'needs-unlock') setError(result.error);
  };
  const isOrder = question.kind === 'order';
  return (
    <>
      <Text size="sm">{t(`staff.meaning.${meaningOf(question)}`, wordsOf(t, question))}</Text>
      {error !== null && (
        <Text size="sm" mt="xs" fw={600} c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Group mt="lg" justify="flex-end" gap="sm">
        <Button variant="default" onClick={() => onClose('left')} {...(isOrder ? {} : { 'data-autofocus': true })}>
          {t('action.cancel')}
        </Button>
        <Button
          color={isOrder ? 'teal.9' : 'red.9'}
          loading={working}
          onClick={() => void confirm()}
          {...(isOrder ? { 'data-autofocus': true } : {})}
        >
          {t(`staff.confirm.${question.kind}`)}
        </Button>
      </Group>
    </>
  );
}

/** Ordering itself is no class: other words for it. */
function meaningOf(question: StaffQuestion) {
  if (question.kind === 'leave') return 'leave';
  if (question.grant.class !== null) return question.kind;
  return question.kind === 'order' ? 'orderOrder' : 'withdrawOrder';
}

function wordsOf(t: TFunction, question: StaffQuestion) {
  const { name } = question.person;
  if (question.kind === 'leave') return { name, what: '', scope: '' };
  const { grant } = question;
  const what = grant.class === null ? t('staff.orderColumn') : t(`class.${grant.class}`);
  return { name, what, scope: t(`staff.scope.${grant.scope}`) };
}

async function carryOut(question: StaffQuestion): Promise<IpcResult<null>> {
  const { person } = question;
  if (question.kind === 'leave') return call('staff.leave', { employeeId: person.id });
  const { scope, class: dataClass, entitlementId } = question.grant;
  if (question.kind === 'withdraw')
    return entitlementId === null ? { ok: true, value: null } : call('staff.withdraw', { entitlementId });
  const right =
    scope === 'order' || dataClass === null ? ({ scope: 'order', class: null } as const) : { scope, class: dataClass };
  return call('staff.order', { employeeId: person.id, right });
}
