/** What a screen looks like: in both languages, light, dark and with more contrast. */
import type { Page } from '@playwright/test';
import { accessible } from './accessible.ts';
import { expect, picture } from './desk.ts';

/** The words are the same in both themes, and the colours in both languages: two dresses have all there is to see. */
const DRESSES = [
  { locale: 'zh-CN', theme: 'light' },
  { locale: 'en', theme: 'dark' },
] as const;
type Dress = (typeof DRESSES)[number];
const nameOf = ({ locale, theme }: Dress) => `${locale}-${theme}`;

/**
 * Takes pictures of what is shown, for people to look at, and fails where it is not usable by everybody (WCAG 2.2 AA). Leaves it in
 * Chinese, light.
 * @param page the app's window
 * @param shown the one that is looked at, where it is the prompt's
 */
export async function looks(page: Page, name: string, shown = page): Promise<void> {
  // Nothing is under the mouse, and no button half way between two colours.
  await shown.mouse.move(1, 1);
  // First the pictures: a revealed value is masked again soon.
  for (const dress of DRESSES) {
    await wear(page, shown, dress);
    await picture(shown, `${name}-${nameOf(dress)}`);
  }
  const [light, dark] = DRESSES;
  await accessible(shown, `${name}, ${nameOf(dark)}`);
  await shown.emulateMedia({ contrast: 'more' });
  await accessible(shown, `${name}, ${nameOf(dark)}, with more contrast`, 'colours');
  await picture(shown, `${name}-${nameOf(dark)}-contrast`);
  await shown.emulateMedia({ contrast: 'no-preference' });
  await wear(page, shown, light);
  await accessible(shown, `${name}, ${nameOf(light)}`, 'colours');
}

async function wear(page: Page, shown: Page, dress: Dress): Promise<void> {
  await page.evaluate((chosen) => Reflect.get(window, 'keyrack')['preferences.set'](chosen), dress);
  for (const one of new Set([page, shown])) {
    await expect(one.locator('html')).toHaveAttribute('lang', dress.locale);
    await expect(one.locator('html')).toHaveAttribute('data-mantine-color-scheme', dress.theme);
  }
  await shown.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
}
