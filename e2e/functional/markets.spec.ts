import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desk } from '../harness/desk.ts';
import { Person } from '../harness/person.ts';
import { QuoteVenue, withQuoteVenue } from '../harness/quote-venue.ts';
import { ConsolePage } from '../pages/console.ts';

test.use({ deskOptions: { instruments: 8, otherInstruments: 4 } });

/** The number that a text begins with. */
const numberIn = async (element: Locator): Promise<number> =>
  Number(/\d+/.exec(await element.innerText())?.[0]);
const rowsOf = async (table: Locator): Promise<number> =>
  Number(await table.getAttribute('aria-rowcount')) - 1;

test('one book over two venues: who offers what, and a venue that is gone is left out and named', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const book = await view.show('book');
  await view.select('BTC-USDT · sim');
  await book.getByRole('button', { name: 'All 2 venues' }).click();
  const whole = book.getByRole('region', { name: 'All venues', exact: true });

  await test.step('the levels of both, each venue’s own beside them', async () => {
    for (const venue of ['sim', 'other']) {
      await expect(whole.getByRole('row', { name: new RegExp(`^${venue} `) }).first()).toBeVisible();
      const own = book.getByRole('region', { name: `Book of ${venue}` });
      await expect(own).toContainText('live');
      await expect(own.getByRole('rowgroup', { name: 'Bids' }).getByRole('row').first()).toBeVisible();
    }
    await expect(whole).toContainText(/sim \+ other|other \+ sim/);
    await expect(whole).toContainText(/before fees|No bid above another venue’s ask/);
  });

  await test.step('what only one venue lists has no such book', async () => {
    await view.select('ADA-USDT · sim');
    await expect(book.getByRole('button', { name: /^All/ })).toHaveCount(0);
    await view.select('BTC-USDT · sim');
  });

  await test.step('the other killed: none of its levels, and it is said', async () => {
    await desk.other.stop('SIGKILL');
    await expect(whole).toContainText(/other left out: (stale|resyncing)/);
    await expect(whole.getByRole('row', { name: /^other / })).toHaveCount(0);
    await expect(whole.getByRole('row', { name: /^sim / }).first()).toBeVisible();
    await expect(whole).toContainText('No bid above another venue’s ask');
    await expect(book.getByRole('region', { name: 'Book of sim' })).toContainText('live');
  });
});

test('the watch list is sorted, filtered and walked by keyboard', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  const watch = await view.show('watch');
  await view.run('Maximise or restore: Watch');
  const grid = watch.getByRole('grid', { name: 'Instruments' });
  await expect(grid).toHaveAttribute('aria-rowcount', '13');
  const first = grid.getByRole('row').nth(1);

  await watch.getByRole('button', { name: 'Instrument' }).click();
  await expect(watch.getByRole('columnheader', { name: 'Instrument' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(first).toContainText('ADA-USDT');
  await watch.getByRole('button', { name: 'Age', exact: true }).click();
  await watch.getByRole('button', { name: 'Age', exact: true }).click();
  await expect(watch.getByRole('columnheader', { name: 'Age', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await watch.getByRole('button', { name: 'Age', exact: true }).click();

  await grid.focus();
  await grid.press('End');
  const chosen = grid.locator('[aria-selected="true"]');
  await expect(chosen).toHaveAttribute('aria-rowindex', '13');
  await grid.press('Home');
  await expect(chosen).toHaveAttribute('aria-rowindex', '2');
  await grid.press('/');
  const filter = watch.getByRole('searchbox', { name: 'Filter instruments' });
  await expect(filter).toBeFocused();
  await filter.fill('eth other');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await filter.press('Enter');
  await expect(grid).toBeFocused();
  await expect(chosen).toContainText('ETH-USDT');
  await grid.press('/');
  await filter.press('Escape');
  await expect(grid).toHaveAttribute('aria-rowcount', '13');
});

test('a paused tape stands still, says so, and loses no trade', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  const trades = await view.show('trades');
  await view.select('BTC-USDT · sim');
  const table = trades.getByRole('table');
  await expect(table.getByRole('row').nth(1)).toBeVisible();
  await desk.drill('pause', { paused: true });
  // What is on its way arrives: twice the same is all of it.
  let before = -1;
  await expect
    .poll(
      async () => {
        const same = before === (await rowsOf(table));
        before = await rowsOf(table);
        return same;
      },
      { intervals: [1000] },
    )
    .toBe(true);
  await trades.getByRole('button', { name: 'Pause the tape' }).click();
  const strip = trades.locator('.paused-strip');
  await expect(strip).toContainText('PAUSED');
  await desk.drill('pause', { paused: false });
  await expect.poll(() => numberIn(strip)).toBeGreaterThan(20);
  await desk.drill('pause', { paused: true });
  let since = -1;
  await expect
    .poll(
      async () => {
        const same = since === (await numberIn(strip));
        since = await numberIn(strip);
        return same;
      },
      { intervals: [1000] },
    )
    .toBe(true);
  expect(await rowsOf(table), 'while it is paused').toBe(before);
  await trades.getByRole('button', { name: 'Pause the tape' }).click();
  await expect.poll(() => rowsOf(table)).toBe(before + since);
  await expect(trades).not.toContainText('skipped');
  await expect(strip).toHaveCount(0);
});

test('a venue without books says so, and that its data cannot be verified', async ({ openWindow }) => {
  const venue = await new QuoteVenue(500, 1000).start();
  const desk = await Desk.start({ instruments: 8, config: withQuoteVenue(venue) });
  try {
    const view = await ConsolePage.open(await openWindow(), new Person('operator', desk), desk);
    const watch = await view.show('watch');
    await expect(watch.getByRole('grid', { name: 'Instruments' })).toHaveAttribute('aria-rowcount', '509');
    const book = await view.show('book');
    await view.select('AAA · shares');
    await expect(book).toContainText('No book from this venue');
    await expect(book.getByRole('table')).toHaveCount(0);
    const feeds = await view.show('feeds');
    const feed = feeds.getByRole('region', { name: 'Feed of shares' });
    await expect(feed).toContainText('not proven by capture');
    await expect(feed.getByRole('row', { name: /^book/ })).toHaveCount(0);
    await expect(feed.getByRole('row', { name: /^trades/ })).toContainText(/(not verifiable.*){4}/);
  } finally {
    await desk.stop();
    await venue.stop();
  }
});
