import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Fails where a page is not usable by everybody (WCAG 2.2 AA).
 * @param judged `colours` where nothing else differs from what was judged in full
 */
export async function accessible(page: Page, where: string, judged: 'all' | 'colours' = 'all'): Promise<void> {
  // Its script comes through the debugger, past the page's security policy, and stays until the page is loaded anew.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(judge, {
    runOnly: judged === 'all' ? WCAG : ['color-contrast'],
    // What is well is counted, not described: describing it takes as long as finding it.
    resultTypes: ['violations' as const],
    // There is no frame in our pages, and no style sheet from elsewhere to be fetched.
    iframes: false,
    preload: false,
  });
  const found = violations.map(({ id, nodes }) => {
    const [first] = nodes;
    return `${where}: ${id}, ${nodes.length} times, first at ${first?.target.join(' ')}: ${first?.failureSummary}`;
  });
  expect(found).toEqual([]);
}

/** In the page. A watermark is faint on purpose (WCAG 1.4.3: pure decoration). */
async function judge(options: axe.RunOptions): Promise<axe.Result[]> {
  const inPage: typeof axe = Reflect.get(window, 'axe');
  const { violations } = await inPage.run({ exclude: [['[data-watermark]']] }, options);
  return violations;
}
