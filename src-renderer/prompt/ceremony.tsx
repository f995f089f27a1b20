import type { CeremonyStep } from '../../src-shared/ipc/prompt-ceremony.ts';
import { CeremonyPage } from './ceremony/ceremony-page.tsx';
import { KeyCode, NewKey } from './new-key.tsx';
import { OwnFactor } from './own-factor.tsx';

/** Whether Esc ends it: nothing of it is lost that is not done again in a moment. */
export function leavesAtOnce({ asks }: CeremonyStep): boolean {
  return asks === 'new-key' || asks === 'key-code' || asks === 'own-factor';
}

/** The step of a ceremony that is under way. */
export function Ceremony({ step }: { readonly step: CeremonyStep }) {
  switch (step.asks) {
    case 'new-key':
      return <NewKey step={step} />;
    case 'key-code':
      return <KeyCode step={step} />;
    case 'own-factor':
      return <OwnFactor step={step} />;
    default:
      return <CeremonyPage step={step} />;
  }
}
