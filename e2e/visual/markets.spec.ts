import { expect, test } from '../fixtures.ts';
import { expectPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

test.use({ deskOptions: { still: true, instruments: 8, otherInstruments: 4 } });

test('several venues', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.settle();
  await desk.drill('step', { seconds: 2 });
  const trades = await view.show('trades');
  await expect(trades.getByRole('row')).not.toHaveCount(1);
  await trades.getByRole('button', { name: 'Pause the tape' }).click();
  await expectPicture(trades, 'trades-paused.png');

  const book = await view.show('book');
  await book.getByRole('button', { name: 'All 2 venues' }).click();
  await expect(book.getByRole('region', { name: 'Book of other' }).getByRole('row').nth(5)).toBeVisible();
  await expectPicture(book, 'book-all-venues-narrow.png');
  await view.run('Maximise or restore: Book');
  await expectPicture(book, 'book-all-venues.png');
  await view.run('Maximise or restore: Book');

  await view.run('Maximise or restore: Watch');
  // Which venue was listed first is chance.
  await view.panel('watch').getByRole('button', { name: 'Venue' }).click();
  await expectPicture(view.panel('watch'), 'watch-all-venues.png', [
    view.panel('watch').locator('.watch-hour'),
  ]);
  await view.run('Maximise or restore: Watch');

  await view.run('Layout preset: Incident');
  const feeds = await view.show('feeds');
  await expect(feeds.locator('[data-feed][data-state="quiet"]')).toHaveCount(2, { timeout: 30_000 });
  await expectPicture(feeds, 'feeds.png');

  await view.run('Layout preset: Risk');
  await view.show('book');
  await desk.other.stop('SIGKILL');
  await book.getByRole('button', { name: 'All 2 venues' }).click();
  await expect(book).toContainText(/other left out: (stale|resyncing)/);
  await view.run('Maximise or restore: Book');
  await expect(book.getByRole('region', { name: 'Book of other' })).toContainText('stale');
  await expectPicture(book, 'book-venue-left-out.png');
});
