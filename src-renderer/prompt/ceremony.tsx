import type { CeremonyStep } from '../../src-shared/ipc/prompt-ceremony.ts';
import { KeyCode, NewKey } from './new-key.tsx';

/** The step of a ceremony that is under way. */
export function Ceremony({ step }: { readonly step: CeremonyStep }) {
  switch (step.asks) {
    case 'new-key':
      return <NewKey step={step} />;
    case 'key-code':
      return <KeyCode step={step} />;
  }
}
