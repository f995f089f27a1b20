import { useCallback } from 'react';
import type { ChannelOutput } from '../../../src-shared/ipc/contract.ts';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { useTerminal } from '../../state/stores.ts';
import type { AreaEntry } from '../shell/places.ts';

export type OpenCases = ChannelOutput<'case.count'>;

/** How many cases are open, asked again whenever rows changed; null for whoever has no cases in her work. */
export function useOpenCases(areas: readonly AreaEntry[]): OpenCases | null {
  const reviews = areas.some(({ area }) => area === 'cases');
  const ask = useCallback(async () => (reviews ? call('case.count') : { ok: true as const, value: null }), [reviews]);
  const dataVersion = useTerminal((state) => state.dataVersion);
  return useAnswer<OpenCases | null>(ask, dataVersion).value;
}
