/** Scanners type like keyboards: what comes faster than a hand and has the form of a document is one, wherever the cursor was. */
import { useEffect, useRef } from 'react';
import { isWholeDocument } from '../../src-shared/documents/shown-document.ts';

/** Between two signs of a scanner at most, on a slow machine too; the lines of a zone are further apart. */
const WITHIN_MS = 90;
const BETWEEN_LINES_MS = 200;

/** Where the signs went before they were known to be a scan, and what stood there. */
interface Begun {
  readonly field: HTMLInputElement | HTMLTextAreaElement | null;
  readonly value: string;
}

/**
 * Calls with what was scanned. The field that had the cursor is left as it was before; an Enter behind the scan sends no form.
 * @param onScan null while nothing is wanted
 */
export function useScanner(onScan: ((text: string) => void) | null): void {
  const listener = useRef(onScan);
  useEffect(() => {
    listener.current = onScan;
  }, [onScan]);
  useEffect(() => {
    let text = '';
    let at = 0;
    let begun: Begun = { field: null, value: '' };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = () => {
      clearTimeout(timer);
      text = '';
    };
    const take = () => {
      const scanned = text;
      forget();
      if (listener.current === null || !isWholeDocument(scanned)) return false;
      if (begun.field !== null) putBack(begun.field, begun.value);
      listener.current(scanned);
      return true;
    };
    const onKey = (event: KeyboardEvent) => {
      if (listener.current === null || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const isEnter = event.key === 'Enter';
      if (!isEnter && event.key.length !== 1) return;
      // When it was pressed, not when this page had time for it.
      const now = event.timeStamp;
      if (now - at > (text.endsWith('\n') ? BETWEEN_LINES_MS : WITHIN_MS)) forget();
      at = now;
      if (text === '') {
        const field = event.target;
        const isField = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
        begun = isField ? { field, value: field.value } : { field: null, value: '' };
      }
      clearTimeout(timer);
      if (!isEnter) {
        text += event.key;
        timer = setTimeout(take, BETWEEN_LINES_MS);
        return;
      }
      // The end of the scan, or of one line of a zone: no form is sent by either.
      const isLine = text.includes('<') && !isWholeDocument(text);
      if (isLine || isWholeDocument(text)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      if (isLine) {
        text += '\n';
        timer = setTimeout(take, BETWEEN_LINES_MS);
      } else take();
    };
    window.addEventListener('keydown', onKey, true);
    return () => {
      forget();
      window.removeEventListener('keydown', onKey, true);
    };
  }, []);
}

/** As if it had been typed: whoever holds the value hears of it. */
function putBack(field: Begun['field'] & object, value: string): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
