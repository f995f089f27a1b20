/** Language and theme of this terminal: no secret, so a plain file; anything that does not fit is as if it were not there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Preferences = z.object({
  locale: z.enum(['zh-CN', 'en']).catch('zh-CN'),
  theme: z.enum(['light', 'dark', 'auto']).catch('light'),
});
export type Preferences = z.infer<typeof Preferences>;

export function readPreferences(file: string): Preferences {
  try {
    return Preferences.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return Preferences.parse({});
  }
}

export function writePreferences(file: string, preferences: Preferences): void {
  writeFileSync(file, JSON.stringify(preferences), { mode: 0o600 });
}
