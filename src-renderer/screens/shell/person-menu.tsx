import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import { hasInItsWork } from '../../../src-shared/policy/matrix.ts';
import { useView } from '../../state/stores.ts';
import classes from './shell.module.css';

/** Who is working, and what is hers alone. */
export function PersonMenu({ employee }: { readonly employee: NonNullable<SessionView['employee']> }) {
  const { t, i18n } = useTranslation();
  const who = (
    <div className={classes['who']}>
      <Text fw={550} lh={1.25} truncate>
        {i18n.language === 'en' ? (employee.nameLatin ?? employee.name) : employee.name}
      </Text>
      <Text size="xs" c="dimmed" lh={1.25} truncate>
        {t(`role.${employee.role}`)} · {employee.staffNumber}
      </Text>
    </div>
  );
  // A role that unlocks nothing has nothing to unlock with.
  if (!hasInItsWork(employee.role, 'factor.renew')) return who;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton className={classes['me']}>
          {who}
          <IconChevronDown size={15} stroke={1.8} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconKey size={16} stroke={1.6} aria-hidden="true" />}
          onClick={() => useView.getState().showFactors(true)}
        >
          {t('factors.title')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
