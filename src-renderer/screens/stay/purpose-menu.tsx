import { UnstyledButton } from '@mantine/core';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Purpose } from '../../../src-shared/policy/index.ts';
import classes from './masked-field.module.css';

interface PurposeMenuProps {
  /** The suggested one first: Enter takes it. */
  readonly purposes: readonly Purpose[];
  readonly onChoose: (purpose: Purpose) => void;
}

/** Why somebody looks: one key. The answer goes into the access log. */
export function PurposeMenu({ purposes, onChoose }: PurposeMenuProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const purpose = purposes[Number(event.key) - 1];
    if (purpose !== undefined) onChoose(purpose);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div ref={list} role="menu" tabIndex={-1} className={classes['purposes']} onKeyDown={onKeyDown}>
      <b>{t('stay.why')}</b>
      {purposes.map((purpose, index) => (
        <UnstyledButton
          key={purpose}
          role="menuitem"
          className={classes['purpose']}
          data-autofocus={index === 0 || undefined}
          onClick={() => onChoose(purpose)}
        >
          <kbd>{index + 1}</kbd>
          {t(`purpose.${purpose}`)}
        </UnstyledButton>
      ))}
      <small>{t('stay.whyHint')}</small>
    </div>
  );
}
