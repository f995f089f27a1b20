/** Words for values that the hotel chooses freely: the usual ones are translated, any other is shown as it is. */
import type { TFunction } from 'i18next';

type Free = 'channel' | 'roomType';

export function sayFree(t: TFunction, kind: Free, value: string): string {
  return (t as (key: string, options: { defaultValue: string }) => string)(`${kind}.${value}`, { defaultValue: value });
}
