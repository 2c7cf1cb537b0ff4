import { expect, it } from 'vitest';
import type { AuditRecord } from '../../protocol/audit.ts';
import { listOf } from '../main/journal.ts';
import { instrument } from '../testing/orders.ts';
import { OrderBookOfLog } from './order-book.ts';
import { ReportUnits } from './units.ts';

const record = (action: string, details: object, seq = 1) =>
  ({ action, details, seq, scope: 'BTCUSDT' }) as unknown as AuditRecord;
const list = (tickStep: number) =>
  record('server.instruments', listOf([{ ...instrument(0, 'BTCUSDT'), tickStep }, instrument(1, 'ETHUSDT')]));

it('a number means what the list before it says, as the server writes it', () => {
  const units = new ReportUnits();
  expect([units.price(6_175_000, 'BTCUSDT'), units.size(25, 'BTCUSDT')]).toEqual([
    '6175000 ticks',
    '25 lots',
  ]);
  units.add(list(1));
  expect([units.price(6_175_000, 'BTCUSDT'), units.size(-25, 'BTCUSDT')]).toEqual([
    '61750.00 USDT',
    '-0.025 BTC',
  ]);
  units.add(list(10));
  expect(units.price(617_500, 'BTCUSDT')).toBe('61750.00 USDT');
  // A list of a version that did not say leaves what is known.
  units.add(record('server.instruments', { symbols: ['BTCUSDT'] }));
  expect([units.price(617_500, 'BTCUSDT'), units.price(1, 'XRPUSDT')]).toEqual(['61750.00 USDT', '1 ticks']);
});

it('an order keeps the words of its time; a net position is in units too', () => {
  const book = new OrderBookOfLog();
  const order = { orderId: 'cw-1', state: 'working', side: 'sell', price: 6_175_000, size: 50, filled: 25 };
  const fills = [{ fillId: 'f', side: 'sell', size: 25 }];
  expect(book.add(list(1))).toBeNull();
  const said = { price: '61750.00 USDT', size: '0.050 BTC', filled: '0.025 BTC' };
  expect(book.add(record('order.change', { order, fills }, 2))).toMatchObject(said);
  book.add(list(10));
  expect(book.of('cw-1')).toMatchObject(said);
  expect(book.positions()).toEqual([{ symbol: 'BTCUSDT', size: '-0.025 BTC', seq: 2 }]);
  expect(
    book.add(record('order.place', { order: { ...order, orderId: 'cw-2', price: null } }, 3)),
  ).toMatchObject({
    price: 'market',
  });
});
