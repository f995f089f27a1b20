import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './screen-head.module.css';

interface ScreenHeadProps {
  readonly title: string;
  /** What the screen shows just now, in small letters. */
  readonly note?: string | null;
  /** What can be done with all of it. */
  readonly children?: ReactNode;
}

/** The name of a screen, and beside it what can be done with the whole of it. */
export function ScreenHead({ title, note = null, children }: ScreenHeadProps) {
  return (
    <header className={classes['head']}>
      <div>
        <h1>{title}</h1>
        {note !== null && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </div>
      {children}
    </header>
  );
}
