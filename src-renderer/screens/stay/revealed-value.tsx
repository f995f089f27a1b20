import { Button } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revealed } from '../../../src-shared/ipc/views.ts';
import { Ring } from '../../components/ring.tsx';
import classes from './masked-field.module.css';
import { Watermark } from './watermark.tsx';

const TICK_MS = 100;
/** Holding keeps a value, but nobody holds it all day. */
const LONGEST_MS = 120_000;

interface RevealedValueProps {
  readonly label: string;
  readonly revealed: Revealed;
  /** Time is up, or the person has seen enough. */
  readonly onOver: () => void;
}

/** A plain value in view: a ring runs down, holding stops it, looking away ends it. */
export function RevealedValue({ label, revealed, onOver }: RevealedValueProps) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(revealed.shownForMs);
  const held = useRef(false);
  const over = useRef(onOver);
  over.current = onOver;

  useEffect(() => {
    const began = performance.now();
    let last = began;
    let remaining = revealed.shownForMs;
    const timer = setInterval(() => {
      const now = performance.now();
      if (!held.current) remaining -= now - last;
      last = now;
      if (remaining <= 0 || now - began > LONGEST_MS) over.current();
      else setLeft(remaining);
    }, TICK_MS);
    const lookAway = () => over.current();
    window.addEventListener('blur', lookAway);
    document.addEventListener('visibilitychange', lookAway);
    return () => {
      clearInterval(timer);
      window.removeEventListener('blur', lookAway);
      document.removeEventListener('visibilitychange', lookAway);
    };
  }, [revealed]);
  // Before anybody else hears it: Esc masks first, and leaves the record only when nothing is in view.
  useWindowEvent(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      onOver();
    },
    { capture: true },
  );

  const hold = () => {
    held.current = true;
  };
  const letGo = () => {
    held.current = false;
  };
  const { budget } = revealed;
  return (
    <div className={classes['shown']}>
      <Watermark of={revealed.watermark} />
      <output className={classes['value']} aria-label={label}>
        {revealed.value}
      </output>
      <span className={classes['controls']}>
        <span className={classes['left']} title={t('stay.shown', { count: Math.ceil(left / 1000) })}>
          <Ring left={left} whole={revealed.shownForMs} />
          {Math.ceil(left / 1000)}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          onPointerDown={hold}
          onPointerUp={letGo}
          onPointerLeave={letGo}
          onPointerCancel={letGo}
          onKeyDown={(event) => event.key === ' ' && hold()}
          onKeyUp={letGo}
          onBlur={letGo}
        >
          {t('stay.hold')}
        </Button>
        <Button size="compact-sm" variant="light" onClick={onOver} autoFocus>
          {t('stay.hide')}
        </Button>
      </span>
      {budget !== null && (
        <small className={classes['budget']} data-step={budget.step} role="status">
          {t(`glass.budget.${budget.step}`, {
            window: t(`glass.budget.${budget.window}`),
            spent: budget.spent,
            stop: budget.stop,
          })}
        </small>
      )}
    </div>
  );
}
