/** What needs somebody's attention today, in which list it stands, and how a row is told. */
import type { StayItem, TodayView } from '../../../src-shared/ipc/views.ts';
import type { BusinessDate } from '../../../src-shared/model/ids.ts';

export const ATTENTION_KINDS = ['notReady', 'noRoom', 'overdue'] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

interface Attention {
  readonly list: 'arrivals' | 'inHouse';
  readonly fits: (row: StayItem, today: BusinessDate) => boolean;
}

export const ATTENTION: { readonly [K in AttentionKind]: Attention } = {
  notReady: {
    list: 'arrivals',
    fits: (row) => row.room !== null && row.roomStatus !== 'inspected' && row.roomStatus !== 'clean',
  },
  noRoom: { list: 'arrivals', fits: (row) => row.room === null },
  overdue: { list: 'inHouse', fits: (row, today) => row.departure < today },
};

export function countAttention(today: TodayView, kind: AttentionKind): number {
  const { list, fits } = ATTENTION[kind];
  return today[list].filter((row) => fits(row, today.businessDate)).length;
}
