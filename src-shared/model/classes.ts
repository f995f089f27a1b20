import { z } from 'zod';

/**
 * The classes of a guest's data (REQUIREMENTS P2.2a). `basic` is plain inside the encrypted cache; the others are sealed
 * field by field under the class key of the property.
 */
export const DATA_CLASSES = ['basic', 'identity', 'payment', 'preference'] as const;
export const DataClass = z.enum(DATA_CLASSES);
export type DataClass = z.infer<typeof DataClass>;

export const SEALED_CLASSES = ['identity', 'payment', 'preference'] as const;
export const SealedClass = z.enum(SEALED_CLASSES);
export type SealedClass = z.infer<typeof SealedClass>;
