import { setInterval } from 'node:timers/promises';
import type { binance } from 'ccxt';
import { expect, test } from '../fixtures.ts';
import type { Desk } from '../harness/desk.ts';
import { startMaker } from '../harness/maker.ts';
import { countOpenOrders, outsideAccount, placeOutside } from '../harness/venue.ts';

const AT_LEAST = 40;
const QUIET_MS = 5_000;
/** All of a minute's request weight is 75 such questions, and the server needs its part. */
const ASK_EVERY_MS = 500;
const ASKING = { intervals: [ASK_EVERY_MS, 1000] };

/** Starts the maker and waits, asking the exchange itself, until it quotes. */
async function quoting(desk: Desk, account: binance) {
  const maker = startMaker(desk);
  await expect.poll(() => countOpenOrders(account), ASKING).toBeGreaterThanOrEqual(AT_LEAST);
  return maker;
}

test('a press and a code empty the venue and keep it empty; a second person releases', async ({
  desk,
  operator,
  second,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  const outside = await placeOutside(account);
  const maker = await quoting(desk, account);
  const view = await openConsole(operator);
  await expect((await view.show('orders')).getByText('foreign').first()).toBeVisible();

  await test.step('the press closes the gate at once, without a code', async () => {
    await view.halt.press();
    await view.halt.expectState('blocked, not cancelled');
    await expect(view.banners).toContainText('BLOCKED, NOT CANCELLED');
    expect(await countOpenOrders(account), 'nothing is cancelled yet').toBeGreaterThan(0);
  });

  await test.step('a wrong code cancels nothing', async () => {
    await view.halt.cancelAll('000000');
    await expect(view.halt.answer).toContainText('not right');
    await view.halt.expectState('blocked, not cancelled');
  });

  await test.step('the right code: the exchange itself says that nothing is left', async () => {
    await view.halt.cancelAll(operator.code('halt'));
    await view.halt.expectState('zero confirmed');
    expect(await countOpenOrders(account)).toBe(0);
    const gone = await account.fetchOrder(outside, 'BTC/USDT');
    expect(gone.status, 'the order placed outside the console').toBe('canceled');
  });

  await test.step('for 5 s the maker keeps trying, is refused, and the venue stays empty', async () => {
    const refused = /(\d+) orders? refused/;
    const before = Number(refused.exec(await view.halt.drawer.innerText())?.[1] ?? 0);
    const until = Date.now() + QUIET_MS;
    // Twice a second: each look costs 80 of the 6,000 that the exchange grants this address a minute.
    for await (const _look of setInterval(500)) {
      expect(await countOpenOrders(account)).toBe(0);
      if (Date.now() >= until) break;
    }
    await expect
      .poll(async () => Number(refused.exec(await view.halt.drawer.innerText())?.[1] ?? 0))
      .toBeGreaterThan(before);
    expect(maker.running, 'the maker is still there and trying').toBe(true);
  });

  await test.step('the one who pressed cannot release', async () => {
    await expect(view.halt.drawer).toContainText('needs a second person');
    await expect(view.halt.drawer.getByRole('button', { name: /^Release/ })).toHaveCount(0);
  });

  await test.step('the second person releases, and the maker quotes again', async () => {
    const other = await openConsole(second);
    await other.halt.open();
    await other.halt.release(second.code('release'), 'Checked with the desk.');
    await other.halt.expectState(/· trading$/);
    await view.halt.expectState(/· trading$/);
    await expect.poll(() => countOpenOrders(account), ASKING).toBeGreaterThanOrEqual(AT_LEAST);
  });
  await maker.stop();
});

test('a page reloaded in the middle of a halt goes on where it was', async ({
  desk,
  operator,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  await placeOutside(account);
  const view = await openConsole(operator);
  await view.halt.pressByKeyboard();
  await view.halt.expectState('blocked, not cancelled');

  await view.page.reload();
  await view.waitUntilLive();
  await view.halt.expectState('blocked, not cancelled');
  await view.halt.open();
  await view.halt.cancelAll(operator.code('halt'));
  await view.halt.expectState('zero confirmed');
  expect(await countOpenOrders(account)).toBe(0);
});

test('a page reloaded in the middle of cancelling finds it cancelling, and sees it through', async ({
  desk,
  operator,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  await placeOutside(account);
  const view = await openConsole(operator);
  await view.halt.press();
  await view.halt.expectState('blocked, not cancelled');
  // The exchange swallows every cancel, so that it stays in the middle.
  await desk.drill('silence', { cancels: 1_000_000 });
  await view.halt.cancelAll(operator.code('halt'));
  await view.halt.expectState('cancelling');

  await view.page.reload();
  await view.waitUntilLive();
  // Past its 5 s it is called what it is: orders remain. It goes on cancelling all the same.
  await view.halt.expectState(/cancelling|1 order remaining/);
  await expect(view.banners).toContainText('HALTED');
  await view.halt.expectState('1 order remaining');
  await expect(view.banners).toContainText('ORDERS REMAIN');
  await expect(view.panel('alarms')).toContainText('Orders remain after the halt');
  expect(await countOpenOrders(account)).toBe(1);

  await desk.drill('silence', { cancels: 0 });
  await view.halt.expectState('zero confirmed', 40_000);
  expect(await countOpenOrders(account)).toBe(0);
});

test('the one who pressed takes it back, with a code and a reason', async ({
  desk,
  operator,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  await placeOutside(account);
  const view = await openConsole(operator);
  await view.halt.press();
  await view.halt.expectState('blocked, not cancelled');
  await view.halt.takeBack(operator.code('take-back'), 'Pressed by mistake.');
  await view.halt.expectState(/· trading$/);
  expect(await countOpenOrders(account), 'nothing was cancelled').toBe(1);
});

test.describe('twice started within a minute', () => {
  // The venue's rate limit is one for both starts: fewer books leave room for both.
  test.use({ deskOptions: { instruments: 20 } });

  test('a server killed with orders open comes back halted and reconciled', async ({
    desk,
    operator,
    second,
    openConsole,
  }) => {
    const account = outsideAccount(desk);
    const maker = await quoting(desk, account);
    const view = await openConsole(operator);
    await desk.server.stop('SIGKILL');
    await maker.stop();
    await expect(view.banners).toContainText('Server unreachable');
    const left = await countOpenOrders(account);
    expect(left).toBeGreaterThanOrEqual(AT_LEAST);

    await desk.startServer();
    await view.halt.expectState(/blocked|halted/);
    await expect(view.banners).not.toContainText('Server unreachable');
    const orders = await view.show('orders');
    // The market goes on and fills some of them: what is shown must come to what the exchange has.
    const table = orders.getByRole('table').first();
    const shown = async (): Promise<number> => Number(await table.getAttribute('aria-rowcount')) - 1;
    await expect
      .poll(async () => (await shown()) - (await countOpenOrders(account)), {
        intervals: [2000],
      })
      .toBe(0);

    await view.halt.open();
    await view.halt.cancelAll(operator.code('halt'));
    await view.halt.expectState('zero confirmed');
    expect(await countOpenOrders(account)).toBe(0);
    const other = await openConsole(second);
    await other.halt.open();
    await other.halt.release(second.code('release'), 'The server is well again.');
    await other.halt.expectState(/· trading$/);
  });
});

test('Ctrl-C cancels our open orders first and says that none is left; the next start trades', async ({
  desk,
  operator,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  const maker = await quoting(desk, account);
  const end = await desk.server.stop('SIGINT');
  expect(end.code).toBe(0);
  expect(await countOpenOrders(account)).toBe(0);
  expect(desk.server.lines.join('\n')).toContain('No order of ours is open at the venue.');
  await maker.stop();

  await desk.startServer();
  const view = await openConsole(operator);
  await view.halt.expectState(/· trading$/);
});
