import { Avatar, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StaffItem } from '../../src-shared/ipc/views.ts';
import classes from './staff-face.module.css';

/** An employee as a colleague knows her: name, Latin name, role, staff number. */
export function StaffFace({ person }: { readonly person: StaffItem }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <Avatar variant="transparent" className={classes['face']} radius="xl" size={36} aria-hidden="true">
        {Array.from(person.name)[0]}
      </Avatar>
      <div>
        <Text fw={550} lh={1.3}>
          {person.name}
          {person.nameLatin !== null && (
            <Text component="span" c="dimmed" fw={400} ml={6} size="sm">
              {person.nameLatin}
            </Text>
          )}
        </Text>
        <Text size="xs" c="dimmed" lh={1.3}>
          {t(`role.${person.role}`)} · {person.staffNumber}
        </Text>
      </div>
    </Group>
  );
}
