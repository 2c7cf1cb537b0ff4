import { expect, test } from '../fixtures.ts';
import { Authenticator } from '../harness/authenticator.ts';
import { countOpenOrders, outsideAccount } from '../harness/venue.ts';
import { AccountPage } from '../pages/account.ts';
import { TicketPage } from '../pages/ticket.ts';

test.use({
  deskOptions: {
    instruments: 8,
    config: (toml) => toml.replace('order_value = 1_000_000', 'order_value = 10_000'),
  },
});

/** Far under the market, so that nothing fills. */
const REST = '30000.00';

test('R-11 an order by hand takes a code of its own, good once; what only takes back takes none', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const account = outsideAccount(desk);
  const ticket = await TicketPage.open(view, 'BTC-USDT');
  const resting = { price: REST, size: '0.01' };

  await test.step('the gate refuses before anybody is asked for a code', async () => {
    await ticket.fill({ ...resting, size: '1' });
    await ticket.submit();
    await ticket.expectSays('over the order limit');
    await expect(ticket.stepUp.dialog).toHaveCount(0);
  });

  await test.step('by the keyboard alone: Enter, six digits, Enter', async () => {
    await ticket.fill(resting);
    await ticket.submit();
    await ticket.stepUp.expectAsks('Buys 0.01 BTC-USDT at 30000.00 or better (limit).');
    await expect(ticket.stepUp.code).toBeFocused();
    expect(await countOpenOrders(account), 'nothing leaves without').toBe(0);
    await view.page.keyboard.type(operator.code('order'));
    await view.page.keyboard.press('Enter');
    await ticket.expectSays(/^.*Placed: /);
    await expect(ticket.stepUp.dialog).toHaveCount(0);
    expect(await countOpenOrders(account)).toBe(1);
  });

  await test.step('the same code is not good for a second order, and it is said when the next one is', async () => {
    await ticket.submit();
    await ticket.stepUp.confirm(operator.usedCode('order'));
    await expect(ticket.stepUp.refusal).toContainText(
      /used for this already: (wait for the next one, \d+ s|give the one that is shown now)\./,
    );
    await ticket.stepUp.dialog.getByRole('button', { name: 'Let it be' }).click();
    await ticket.expectSays('Not placed.');
    expect(await countOpenOrders(account)).toBe(1);
  });

  await test.step('a position is taken with another code, and taken back without one', async () => {
    await ticket.fill({ type: 'market', size: '0.01' });
    await ticket.submit();
    await ticket.stepUp.confirm(operator.code('order'));
    await ticket.expectSays('Placed: ');
    await expect(view.panel('orders').getByRole('button', { name: 'Positions 1' })).toBeVisible();
    await ticket.fill({ side: 'sell', type: 'market', size: '0.01', reduceOnly: true });
    await ticket.submit();
    await ticket.expectSays('Placed: ');
    await expect(ticket.stepUp.dialog).toHaveCount(0);
    await expect(view.panel('orders').getByRole('button', { name: 'Positions 0' })).toBeVisible();
  });
});

test('a passkey places an order in one gesture, and one let be places nothing', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const device = await Authenticator.beside(view.page);
  const own = await AccountPage.open(view);
  await own.addPasskey('Desk key', operator.code('account'));
  await own.close();
  const account = outsideAccount(desk);
  const ticket = await TicketPage.open(view, 'BTC-USDT');

  await ticket.fill({ price: REST, size: '0.01' });
  await ticket.submit();
  await ticket.expectSays('Placed: ');
  await expect(ticket.stepUp.dialog).toHaveCount(0);
  expect(await countOpenOrders(account)).toBe(1);

  await test.step('the device waits for its touch; let be meanwhile, its late answer is for nothing', async () => {
    await device.present(false);
    await ticket.submit();
    await ticket.stepUp.expectAsks('Buys 0.01 BTC-USDT');
    await ticket.stepUp.dialog.getByRole('button', { name: 'Let it be' }).click();
    await ticket.expectSays('Not placed.');
    await device.present(true);
    await expect(ticket.stepUp.dialog).toHaveCount(0);
    expect(await countOpenOrders(account)).toBe(1);
  });
});
