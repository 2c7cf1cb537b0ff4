import { expect, test } from '../fixtures.ts';
import { expectAccessible } from './axe.ts';

test.use({ deskOptions: { instruments: 8, otherInstruments: 4 } });

test('several venues: feeds, one book of all, the sorted list, what is paused', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.show('feeds');
  const book = await view.show('book');
  await book.getByRole('button', { name: 'All 2 venues' }).click();
  await expect(book.getByRole('region', { name: 'Book of other' })).toContainText('live');
  await view.panel('watch').getByRole('button', { name: 'Pause the watch list' }).click();
  await book.getByRole('button', { name: 'Pause the book' }).click();
  await expectAccessible(view.page, 'one book of all, paused');

  await view.run('Maximise or restore: Watch');
  await view.panel('watch').getByRole('button', { name: 'Age', exact: true }).click();
  await expectAccessible(view.page, 'the watch list with every column, sorted');
  await view.run('Maximise or restore: Watch');

  await desk.drill('malformed', { stream: 'btcusdt@trade', text: 'not even JSON' });
  await view
    .panel('feeds')
    .getByRole('button', { name: /^Quarantined: [1-9]/ })
    .click();
  await expect(view.page.getByRole('dialog', { name: /^Quarantined/ })).toBeVisible();
  await expectAccessible(view.page, 'what was quarantined');
});
