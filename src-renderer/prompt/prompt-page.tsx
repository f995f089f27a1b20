import { useHotkeys } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { PromptView } from '../../src-shared/ipc/prompt-contract.ts';
import { Boundary } from '../components/boundary.tsx';
import { setLanguage } from '../i18n/index.ts';
import { Themed } from '../theme/themed.tsx';
import { callPrompt, onPromptChange } from './bridge.ts';
import { Ceremony, leavesAtOnce } from './ceremony.tsx';
import { Question } from './question.tsx';

/** Shows what main asks, and nothing while it asks nothing: the window is hidden then. */
export function PromptPage() {
  const [view, setView] = useState<PromptView | null>(null);
  useEffect(() => {
    const end = onPromptChange(setView);
    // A notice that came in the meantime is the newer one.
    void callPrompt('prompt.view').then((result) => setView((before) => before ?? (result.ok ? result.value : null)));
    return end;
  }, []);
  const locale = view?.locale;
  useEffect(() => {
    if (locale !== undefined) setLanguage(locale);
  }, [locale]);
  const ceremony = view?.ceremony ?? null;
  useHotkeys(
    [
      // A ceremony asks first whether it is to end.
      ['Escape', () => (ceremony === null || leavesAtOnce(ceremony) ? void callPrompt('prompt.cancel') : undefined)],
      ['mod+L', () => void callPrompt('prompt.lock')],
    ],
    [],
  );
  if (view === null) return null;
  // Themed while it is empty too: the window comes up in its own colours.
  return (
    <Themed chosen={view.theme}>
      <Boundary>
        {view.question !== null && <Question key={view.question.turn} question={view.question} />}
        {view.ceremony !== null && <Ceremony key={view.ceremony.turn} step={view.ceremony} />}
      </Boundary>
    </Themed>
  );
}
