import { expect, type Locator, type Page } from 'playwright/test';
import { inEachTheme } from '../themes.ts';

/** What is masked keeps one size, so that nothing beside it moves. */
const WIDTHS = `
.topbar .figure { flex: none; inline-size: 160px; min-inline-size: 0; overflow: hidden; }
.record-proof [data-mask] { display: inline-block; inline-size: 12em; overflow: hidden; white-space: nowrap; }
.not-delivered [data-mask], .plain [data-mask="age"] { display: inline-block; inline-size: 3em; overflow: hidden; white-space: nowrap; }
`;

/** What of imported prices is another each time. */
const STILL_MOVES = '[data-mask="provenance"], [data-mask="progress"]';

/**
 * Compares an element with its two goldens, `dark-NAME` and `light-NAME`. What still moves when
 * everything is fixed says so itself (`data-mask`: running clocks, ages, round trips) and is covered;
 * `alsoMoves` is covered too.
 */
export async function expectPicture(
  element: Locator,
  name: string,
  alsoMoves: readonly Locator[] = [],
): Promise<void> {
  await fixWidths(element);
  const options = pictureOptions(element, alsoMoves);
  await inEachTheme(element.page(), (theme) =>
    expect.soft(element).toHaveScreenshot(`${theme}-${name}`, options),
  );
}

/**
 * The same of a panel of imported prices, whose figures and dates do not move: only how long it took and how far it
 * is are covered.
 */
export async function expectImportedPicture(element: Locator, name: string): Promise<void> {
  const options = { ...pictureOptions(element, []), mask: [element.locator(STILL_MOVES)] };
  await inEachTheme(element.page(), (theme) =>
    expect.soft(element).toHaveScreenshot(`${theme}-${name}`, options),
  );
}

/**
 * The same of what is a picture only while `state` holds, which a busy machine may end at any moment:
 * reached anew before each look, until it lasts for one.
 */
export async function expectPictureWhile(
  state: () => Promise<void>,
  element: Locator,
  name: string,
): Promise<void> {
  await fixWidths(element);
  const options = { ...pictureOptions(element, []), timeout: 3000 };
  await inEachTheme(element.page(), (theme) =>
    expect(async () => {
      await state();
      await expect(element).toHaveScreenshot(`${theme}-${name}`, options);
    }).toPass({ timeout: 90_000 }),
  );
}

const pictureOptions = (element: Locator, alsoMoves: readonly Locator[]) => ({
  mask: [element.locator('[data-mask]'), ...alsoMoves],
  maskColor: '#808890',
});

async function fixWidths(element: Locator): Promise<void> {
  // Past the page's own policy, which lets no style element in.
  await element.page().evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, WIDTHS);
}

/** The whole window, of pages on which nothing moves. */
export function expectWindowPicture(page: Page, name: string): Promise<void> {
  return inEachTheme(page, (theme) => expect.soft(page).toHaveScreenshot(`${theme}-${name}`));
}
