import { useTranslation } from 'react-i18next';
import type { Revealed } from '../../../src-shared/ipc/views.ts';
import { formatTime } from '../../i18n/format.ts';
import classes from './masked-field.module.css';

const TIMES = 6;

/** Who, where, when and which log entry, over the value: a photograph of the screen tells who made it. */
export function Watermark({ of }: { readonly of: Revealed['watermark'] }) {
  const { i18n } = useTranslation();
  const text = `${of.employee} · ${of.terminal} · ${formatTime(of.at, i18n.language, 'day')} · #${of.entry}`;
  return (
    <span className={classes['watermark']} data-watermark aria-hidden="true">
      {Array.from({ length: TIMES }, (_, index) => (
        <span key={`${text}${index}`}>{text}</span>
      ))}
    </span>
  );
}
