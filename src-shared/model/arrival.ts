/** Why a number is taken whose check digit does not hold. */
export const CHECK_DIGIT_OVERRIDES = ['as-printed', 'damaged', 'reader-fault'] as const;

/** The five musts of taking in a minor: rules of the public-security authorities for the lodging of minors. */
export const MINOR_MUSTS = ['identity', 'guardian', 'relation', 'suspicion', 'safety'] as const;
