/** Who pays each window of a folio, from the first on; as many as there can be (src-shared/model/posting.ts). */
export const WINDOW_NAMES = ['guest', 'company', 'third', 'fourth'] as const;
