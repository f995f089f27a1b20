import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails where a page is not usable by everybody (WCAG 2.2 AA). */
export async function accessible(page: Page, where: string): Promise<void> {
  // Its script comes through the debugger, past the page's security policy.
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
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
