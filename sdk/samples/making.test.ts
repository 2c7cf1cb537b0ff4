import { expect, it } from 'vitest';
import { formatPrice, type Instrument } from '../../protocol/instrument.ts';
import type { OrderView } from '../../protocol/orders.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import type { InstrumentIndex, Lots, Micros, OrderId, Ticks, VenueId } from '../../protocol/units.ts';
import type { NewOrder } from '../client.ts';
import { Maker, type MakerClient } from './making.ts';

const instrument = (index: number): Instrument => ({
  index: index as InstrumentIndex,
  venue: 'sim' as VenueId,
  symbol: `S${index}USDT`,
  name: `S${index}-USDT`,
  base: `S${index}`,
  quote: 'USDT',
  priceScale: 2,
  tickStep: 1,
  sizeScale: 5,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1e12 as Lots,
  minNotional: '1',
});
/** Each instrument's own: 100, 200, … dollars. */
const mid = (index: number): number => (index + 1) * 10_000;
const quote = (index: number): StrategyQuote => ({
  instrument: index as InstrumentIndex,
  bid: (mid(index) - 5) as Ticks,
  bidSize: 1 as Lots,
  ask: (mid(index) + 5) as Ticks,
  askSize: 1 as Lots,
  state: 'live',
  receivedAt: 0 as Micros,
});
const done = { ok: true, sentence: 'Done.', at: 0 as Micros, orderId: null } as const;

/** A desk that takes everything and tells of it. */
function desk(instruments: readonly Instrument[], quotes: readonly StrategyQuote[]) {
  const placed: NewOrder[] = [];
  const did: string[] = [];
  let told: (upserts: readonly OrderView[], removed: readonly OrderId[]) => void = () => undefined;
  const client: MakerClient = {
    listen: (onOrders) => void (told = onOrders),
    instruments: () => Promise.resolve([...instruments]),
    quotes: () => Promise.resolve([...quotes]),
    orders: () => Promise.resolve([]),
    place: (order) => {
      placed.push(order);
      const of = instruments.find(({ symbol }) => symbol === order.symbol);
      const view = {
        orderId: order.clientId,
        instrument: of?.index,
        side: order.side,
        price: Math.round(Number(order.price) * 100),
        state: 'working',
      };
      told([view as unknown as OrderView], []);
      return Promise.resolve(done);
    },
    cancel: () => Promise.resolve(done),
    cancelAll: () => Promise.resolve((did.push('cancel-all'), done)),
    close: () => void did.push('close'),
  };
  const said: string[] = [];
  return { placed, did, said, maker: new Maker(client, (line) => said.push(line)) };
}

it('quotes exactly as many instruments as it was told, on both sides, and then no more', async () => {
  const { placed, maker } = desk(
    Array.from({ length: 64 }, (_, n) => instrument(n)),
    [...Array(64).keys()].map(quote),
  );
  await maker.start(20, () => false);
  for (let turn = 0; turn < 12; turn++) await maker.turn();
  const symbols = new Map<string, string[]>();
  for (const { symbol, side } of placed) symbols.set(symbol, [...(symbols.get(symbol) ?? []), side]);
  expect(symbols.size).toBe(20);
  for (const sides of symbols.values()) expect(sides.toSorted()).toEqual(['buy', 'buy', 'sell', 'sell']);
});

it('names the venue whose quote it goes by: the same symbol elsewhere has other prices', async () => {
  const elsewhere = { ...instrument(1), symbol: 'S0USDT', venue: 'other' as VenueId };
  const { placed, maker } = desk([instrument(0), elsewhere], [0, 1].map(quote));
  await maker.start(2, () => false);
  await maker.turn();
  const near = placed.map(({ venue, price }) => [venue, Math.round(Number(price) / 100)]);
  expect(near).toEqual([...Array<unknown>(4).fill(['sim', 1]), ...Array<unknown>(4).fill(['other', 2])]);
});

it('takes each instrument by its own quote, also when some have none', async () => {
  // What can't be read cleanly is left out of the answer.
  const { placed, maker } = desk([0, 1, 2, 3, 4].map(instrument), [1, 3, 4].map(quote));
  await maker.start(5, () => false);
  await maker.turn();
  expect(new Set(placed.map(({ symbol }) => symbol))).toEqual(new Set(['S1USDT', 'S3USDT', 'S4USDT']));
  for (const { symbol, price } of placed) {
    const index = Number(/\d+/.exec(symbol)?.[0]);
    const own = Number(formatPrice(mid(index) as Ticks, instrument(index)));
    expect(Math.abs(Number(price) / own - 1)).toBeLessThan(0.01);
  }
});

it('stops waiting for instruments when it is told to stop, and cancels its orders', async () => {
  const { did, said, maker } = desk([], []);
  let asked = 0;
  await maker.start(20, () => ++asked > 2);
  await maker.stop();
  expect(did).toEqual(['cancel-all', 'close']);
  expect(said).toEqual(['Done.']);
});
