import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { openOwnBrowser } from '../harness/own-browser.ts';
import { ConsolePage } from '../pages/console.ts';
import { outsideAccount } from '../harness/venue.ts';

/** What a person does to a console without thinking of it: looks away, and runs through a list. */

test('a tab that was hidden shows what is now when it is seen again', async ({ desk, operator }) => {
  const own = await openOwnBrowser();
  try {
    const view = await ConsolePage.open(own.window, operator, desk);
    await view.settle();
    const row = view.row('watch', 'BTC-USDT');
    const seenText = await row.innerText();

    const other = await own.window.newPage();
    await other.bringToFront();
    await expect.poll(() => view.page.evaluate(() => document.visibilityState)).toBe('hidden');
    // Ten minutes of trading pass unseen; then the market stands, so that what is right is known.
    await desk.drill('pause', { paused: true });
    await desk.drill('step', { seconds: 600 });
    const account = outsideAccount(desk);
    await account.loadMarkets();
    const { bids, asks } = await account.fetchOrderBook('BTC/USDT');

    await view.page.bringToFront();
    await expect.poll(() => view.page.evaluate(() => document.visibilityState)).toBe('visible');
    const cells = row.getByRole('gridcell');
    const shown = async (column: number) => Number((await cells.nth(column).innerText()).replaceAll(',', ''));
    await expect.poll(() => shown(1)).toBe(bids[0]?.[0]);
    await expect.poll(() => shown(2)).toBe(asks[0]?.[0]);
    expect(await row.innerText()).not.toBe(seenText);
    await expect(view.topBar.locator('.figure-clock')).not.toHaveClass(/stale/);

    await desk.drill('pause', { paused: false });
    const before = await row.innerText();
    await expect.poll(() => row.innerText(), { message: 'it goes on' }).not.toBe(before);
    await expect(row).not.toHaveClass(/stale/);
  } finally {
    await own.close();
  }
});

test.describe('a long list', () => {
  test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

  test('running through the watch list ends with the right book, and it lives', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    const book = await view.show('book');
    const grid = view.panel('watch').getByRole('grid', { name: 'Instruments' });
    const bids = book.getByRole('rowgroup', { name: 'Bids' });
    const selected = async (): Promise<string> => {
      const name = await grid.getByRole('row', { selected: true }).getByRole('gridcell').first().innerText();
      return name.trim();
    };

    await grid.focus();
    for (const [key, times] of [
      ['ArrowDown', 45],
      ['ArrowUp', 30],
      ['ArrowDown', 25],
    ] as const) {
      // As a key that is held repeats: about 30 times a second.
      for (let i = 0; i < times; i++) {
        await view.page.keyboard.press(key);
        await view.page.waitForTimeout(33);
      }
      const name = await selected();
      await expect(book).toHaveAccessibleName(`Book · ${name}`);
      const before = await bids.innerText();
      await expect.poll(() => bids.innerText(), { message: `${name} lives` }).not.toBe(before);
      await expect(book).not.toContainText('stale');
    }

    await test.step('the book is the exchange’s own', async () => {
      const name = await selected();
      await desk.drill('pause', { paused: true });
      const account = outsideAccount(desk);
      await account.loadMarkets();
      const truth = await account.fetchOrderBook(name.replace('-', '/'), 5);
      const prices = async (side: 'Bids' | 'Asks'): Promise<number[]> => {
        const rows = await book.getByRole('rowgroup', { name: side }).getByRole('row').allInnerTexts();
        return rows.map((text) => Number((text.trim().split(/\s+/).at(-1) ?? '').replaceAll(',', '')));
      };
      const best = (side: readonly (readonly unknown[])[]) =>
        side.slice(0, 5).map(([price]) => Number(price));
      await expect.poll(async () => (await prices('Bids')).slice(0, 5)).toEqual(best(truth.bids));
      await expect.poll(async () => (await prices('Asks')).reverse().slice(0, 5)).toEqual(best(truth.asks));
    });
  });
});
