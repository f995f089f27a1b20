import { Table, type TableProps, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './row-table.module.css';

interface RowTableColumn {
  readonly key: string;
  readonly label: string;
  readonly width?: number | string;
  /** Numbers, and what is done with a row. */
  readonly atEnd?: boolean;
}

interface RowTableProps extends Pick<TableProps, 'highlightOnHover' | 'layout' | 'verticalSpacing'> {
  readonly columns: readonly RowTableColumn[];
  /** What is said when there are no rows; null when there are, and while nobody knows. */
  readonly none: string | null;
  /** Whether it ends within its screen or runs on to the edge of the window. */
  readonly edge?: 'within' | 'window';
  /** Under the rows. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** Rows in a frame that scrolls, under a head that stays in view. */
export function RowTable({ columns, none, edge = 'within', foot, children, ...table }: RowTableProps) {
  return (
    <div className={classes['frame']} data-edge={edge}>
      <Table stickyHeader horizontalSpacing="md" {...table}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, label, width, atEnd }) => (
              <Table.Th key={key} w={width ?? 'auto'} ta={atEnd === true ? 'right' : 'left'}>
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
      {none !== null && (
        <Text c="dimmed" ta="center" py="xl">
          {none}
        </Text>
      )}
      {foot}
    </div>
  );
}
