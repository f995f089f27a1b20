import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Fails where a page is not usable by everybody (WCAG 2.2 AA).
 * @param judged `colours` where nothing else differs from what was judged in full
 */
export async function accessible(page: Page, where: string, judged: 'all' | 'colours' = 'all'): Promise<void> {
  const axe = new AxeBuilder({ page });
  // Its script comes through the debugger, past the page's security policy.
  const { violations } = await (judged === 'all' ? axe.withTags(WCAG) : axe.withRules(['color-contrast']))
    .setLegacyMode(true)
    // A watermark is faint on purpose (WCAG 1.4.3: pure decoration).
    .exclude('[data-watermark]')
    .analyze();
  const found = violations.map(({ id, nodes }) => {
    const [first] = nodes;
    return `${where}: ${id}, ${nodes.length} times, first at ${first?.target.join(' ')}: ${first?.failureSummary}`;
  });
  expect(found).toEqual([]);
}
