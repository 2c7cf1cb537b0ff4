import { expect, test } from '../fixtures.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { countOpenOrders, outsideAccount } from '../harness/venue.ts';

test.use({
  deskOptions: {
    config: (toml) =>
      toml
        .replace('order_value = 1_000_000', 'order_value = 10_000')
        .replace('position_value = 10_000_000', 'position_value = 15_000')
        .replace('orders_per_second = 100', 'orders_per_second = 5'),
  },
});

/** A price far under the market, so that nothing fills. */
const REST = '30000.00';

test('R-2 R-4 R-7 R-14 the three limits refuse, with their rule, limit and what they saw', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const limits = await view.show('limits');
  const strategy = new StrategyClient(desk);
  const account = outsideAccount(desk);
  const buy = (size: string) => strategy.place({ symbol: 'BTCUSDT', size, price: REST });

  await test.step('order size', async () => {
    const reply = await buy('1');
    expect(reply).toMatchObject({ ok: false, rule: { requirement: expect.stringMatching(/^R-[23]$/) } });
    if (!reply.ok) expect(reply.sentence).toMatch(/\$[\d,.]+ is over the order limit of \$10,000\.00\.$/);
    expect(await countOpenOrders(account), 'no bytes left for the exchange').toBe(0);
    await expect(limits.getByRole('listitem').first()).toContainText('1 order refused');
  });

  await test.step('position: what rests counts as if filled', async () => {
    expect(await buy('0.15')).toMatchObject({ ok: true });
    await expect(view.row('orders', 'BTC-USDT')).toBeVisible();
    expect(await buy('0.15')).toMatchObject({ ok: false, rule: { requirement: 'R-4' } });
    expect(await countOpenOrders(account)).toBe(1);
  });

  await test.step('orders a second', async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => buy('0.001')));
    const refused = replies.filter((reply) => !reply.ok && reply.rule?.requirement === 'R-7');
    expect(refused.length).toBeGreaterThanOrEqual(6);
  });
});

test('R-16 broken orders are refused with a sentence, whatever is in them', async ({ desk }) => {
  const strategy = new StrategyClient(desk);
  const account = outsideAccount(desk);
  const order = {
    clientId: 'broken',
    symbol: 'BTCUSDT',
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: REST,
    size: '0.01',
    reduceOnly: false,
  };
  const broken: unknown[] = [
    { ...order, price: 'NaN' },
    { ...order, price: '1e21' },
    { ...order, size: '9007199254740993' },
    { ...order, size: '1.0000000001' },
    { ...order, size: '-1' },
    { ...order, price: '30000.001' },
    { ...order, symbol: 'NOSUCHUSDT' },
    { ...order, size: 0.01 },
    { ...order, leverage: 100 },
    '{"size": NaN}',
    '[]',
  ];
  for (const body of broken) {
    const reply = await strategy.placeRaw(body);
    expect(reply, JSON.stringify(body)).toMatchObject({ ok: false });
    if (!reply.ok) expect(reply.sentence, JSON.stringify(body)).toMatch(/^["A-Z0-9].*\.$/);
  }
  expect(await countOpenOrders(account)).toBe(0);
});
