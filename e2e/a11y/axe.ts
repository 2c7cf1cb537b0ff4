import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';
import { inEachTheme } from '../themes.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** No violation of WCAG 2.2 AA on the page as it is, in both themes: no rule off, no region excluded. */
export function expectAccessible(page: Page, what: string): Promise<void> {
  return inEachTheme(page, async (theme) => {
    // In the page itself: there are no frames of other origins, for which a second page would be opened.
    const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
    const { violations } = await axe.withTags(WCAG).analyze();
    const told = violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes
          .slice(0, 4)
          .map(({ html, failureSummary }) => `    ${html}\n    ${failureSummary ?? ''}`)
          .join('\n')}`,
    );
    expect.soft(told, `${what}, ${theme}`).toEqual([]);
  });
}
