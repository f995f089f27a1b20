import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { GrantView, StaffPerson } from '../../../src-shared/ipc/views.ts';
import { CASE_TEXT } from '../../../src-shared/model/entities.ts';
import { call } from '../../bridge.ts';
import { sayError } from '../../i18n/format.ts';
import { useUnlock } from '../../state/stores.ts';

/** What is asked before it is done. */
export type StaffQuestion =
  | { readonly kind: 'order' | 'withdraw'; readonly person: StaffPerson; readonly grant: GrantView }
  | { readonly kind: 'leave' | 'reset'; readonly person: StaffPerson };

interface StaffDialogProps {
  readonly question: StaffQuestion | null;
  readonly onClose: (outcome: 'done' | 'left') => void;
}

/** Says what ordering, withdrawing, leaving or a new second factor means, and does it; main asks for the second factor when it is not in force. */
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
  const [reason, setReason] = useState('');
  const isReset = question.kind === 'reset';
  const isWhole = !isReset || reason.trim().length >= CASE_TEXT.least;
  const confirm = async () => {
    setWorking(true);
    let result = await carryOut(question, reason);
    if (!result.ok && result.error.code === 'needs-unlock' && (await useUnlock.getState().ask()))
      result = await carryOut(question, reason);
    setWorking(false);
    if (result.ok) onClose('done');
    else if (result.error.code !== 'needs-unlock' && result.error.code !== 'cancelled') setError(result.error);
  };
  const isOrder = question.kind === 'order';
  return (
    <>
      <Text size="sm">{t(`staff.meaning.${meaningOf(question)}`, wordsOf(t, question))}</Text>
      {isReset && (
        <Textarea
          mt="md"
          label={t('staff.resetReason')}
          placeholder={t('staff.resetExample')}
          description={t('glass.reasonShort', { count: CASE_TEXT.least })}
          required
          data-autofocus
          autosize
          minRows={2}
          maxLength={CASE_TEXT.most}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {error !== null && (
        <Text size="sm" mt="xs" fw={600} c="var(--bad)" role="alert">
          {sayError(t, error, i18n.language)}
        </Text>
      )}
      <Group mt="lg" justify="flex-end" gap="sm">
        <Button
          variant="default"
          onClick={() => onClose('left')}
          {...(isOrder || isReset ? {} : { 'data-autofocus': true })}
        >
          {t('action.cancel')}
        </Button>
        <Button
          color={isOrder ? 'teal.9' : 'red.9'}
          loading={working}
          disabled={!isWhole}
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
  if (!('grant' in question)) return question.kind;
  if (question.grant.class !== null) return question.kind;
  return question.kind === 'order' ? 'orderOrder' : 'withdrawOrder';
}

function wordsOf(t: TFunction, question: StaffQuestion) {
  const { name } = question.person;
  if (!('grant' in question)) return { name, what: '', scope: '' };
  const { grant } = question;
  const what = grant.class === null ? t('staff.orderColumn') : t(`class.${grant.class}`);
  return { name, what, scope: t(`staff.scope.${grant.scope}`) };
}

async function carryOut(question: StaffQuestion, reason: string): Promise<IpcResult<null>> {
  const { person } = question;
  if (question.kind === 'reset') return call('factor.reset', { employeeId: person.id, reason });
  if (!('grant' in question)) return call('staff.leave', { employeeId: person.id });
  const { scope, class: dataClass, entitlementId } = question.grant;
  if (question.kind === 'withdraw')
    return entitlementId === null ? { ok: true, value: null } : call('staff.withdraw', { entitlementId });
  const right =
    scope === 'order' || dataClass === null ? ({ scope: 'order', class: null } as const) : { scope, class: dataClass };
  return call('staff.order', { employeeId: person.id, right });
}
