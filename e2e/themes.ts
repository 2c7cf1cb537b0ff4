/** One page in both themes: what differs between them is colour, so one desk serves for both. */
import { expect, type Page } from 'playwright/test';

export const THEMES = ['dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** Looks at the page in the theme that it wears, then in the other; it keeps that one. */
export async function inEachTheme(page: Page, look: (theme: Theme) => Promise<void>): Promise<void> {
  const worn = await wornTheme(page);
  await look(worn);
  const other = worn === 'dark' ? 'light' : 'dark';
  await wear(page, other);
  await look(other);
}

function wornTheme(page: Page): Promise<Theme> {
  return page.evaluate(() => (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'));
}

/** The system's own theme changes, as at dusk; returns once everything is drawn in the new one. */
async function wear(page: Page, theme: Theme): Promise<void> {
  const before = await heatmapDigest(page);
  await page.emulateMedia({ colorScheme: theme });
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  // A worker draws it, a moment after the page.
  if (before !== null) await expect.poll(() => heatmapDigest(page)).not.toBe(before);
}

/** Of the heatmap's own pixels; null where there is none, or nothing is drawn on it yet. */
function heatmapDigest(page: Page): Promise<number | null> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.heatmap-canvas');
    if (!canvas || canvas.width === 0 || canvas.height === 0) return null;
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    context?.drawImage(canvas, 0, 0);
    const pixels = new Uint32Array(
      context?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? [],
    );
    if (pixels.every((pixel) => pixel === 0)) return null;
    return pixels.reduce((digest, pixel) => (Math.imul(digest, 31) + pixel) | 0, 0);
  });
}
