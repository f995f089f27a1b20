import { Button, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { GrantView, StaffPerson } from '../../../src-shared/ipc/views.ts';
import { SEALED_CLASSES, type SealedClass } from '../../../src-shared/model/classes.ts';
import { StaffFace } from '../../components/staff-face.tsx';
import { GrantMark } from './grant-mark.tsx';
import classes from './staff.module.css';
import type { StaffQuestion } from './staff-dialog.tsx';

/** A column a class, and one for who may order herself. */
export const COLUMNS: readonly (SealedClass | null)[] = [...SEALED_CLASSES, null];

interface StaffRowProps {
  readonly person: StaffPerson;
  readonly mayOrder: boolean;
  readonly onAsk: (question: StaffQuestion) => void;
}

/** One colleague: what she holds or waits for, what could be given, and the end of her employment. */
export function StaffRow({ person, mayOrder, onAsk }: StaffRowProps) {
  const { t } = useTranslation();
  return (
    <Table.Tr className={classes['row']} data-active={person.active}>
      <Table.Td>
        <StaffFace person={person} />
      </Table.Td>
      {COLUMNS.map((column) => (
        <Table.Td key={column ?? 'order'}>
          <GrantCell
            grants={person.grants.filter((grant) => grant.class === column)}
            person={person}
            mayOrder={mayOrder}
            onAsk={onAsk}
          />
        </Table.Td>
      ))}
      <Table.Td ta="right">
        {person.active ? (
          <>
            {mayOrder && !person.isSelf && (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onAsk({ kind: 'reset', person })}>
                {t('staff.reset')}
              </Button>
            )}
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              disabled={person.isSelf || person.leaving}
              onClick={() => onAsk({ kind: 'leave', person })}
            >
              {t(person.leaving ? 'staff.leaving' : 'staff.leave')}
            </Button>
          </>
        ) : (
          <span className={classes['soft']}>{t('staff.left')}</span>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

interface GrantCellProps extends StaffRowProps {
  readonly grants: readonly GrantView[];
}

function GrantCell({ grants, person, mayOrder, onAsk }: GrantCellProps) {
  const { t } = useTranslation();
  const held = grants.filter(({ state }) => state !== 'none');
  // Whoever sees, finds: it is not offered beside.
  const sees = held.some(({ scope }) => scope !== 'search');
  const open = grants.filter(({ state, scope }) => state === 'none' && !(sees && scope === 'search'));
  if (held.length === 0 && open.length === 0) return <span className={classes['soft']}>–</span>;
  return (
    <div className={classes['cell']}>
      {held.map((grant) => (
        <GrantMark
          key={grant.scope}
          grant={grant}
          {...(person.isSelf && grant.scope === 'order'
            ? {}
            : { onWithdraw: () => onAsk({ kind: 'withdraw', person, grant }) })}
        />
      ))}
      {!person.isSelf &&
        mayOrder &&
        open.map((grant) => (
          <Button
            key={grant.scope}
            size="compact-xs"
            variant="default"
            aria-label={t('staff.orderLabel', {
              name: person.name,
              what: grant.class === null ? t('staff.orderColumn') : t(`class.${grant.class}`),
              scope: t(`staff.scope.${grant.scope}`),
            })}
            onClick={() => onAsk({ kind: 'order', person, grant })}
          >
            + {t(`staff.scope.${grant.scope}`)}
          </Button>
        ))}
    </div>
  );
}
