import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Instrument } from '../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../protocol/units.ts';
import type { BookView, LadderRow, QuoteView, TradeView } from '../stream/port.ts';
import { priceText } from '../ui/price.ts';
import { arbitrageFrom, bestArbitrage } from './arbitrage.ts';
import { consolidate } from './consolidated-book.ts';
import { createHold } from './hold.ts';
import { sameMarkets, type SameMarket } from './same-market.ts';
import { tradesSince } from './trades-since.ts';

const instrument = (index: number, venue: string, part: Partial<Instrument> = {}): Instrument => ({
  index: index as InstrumentIndex,
  venue: venue as VenueId,
  symbol: 'BTCUSDT',
  name: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  priceScale: 2,
  tickStep: 1,
  sizeScale: 3,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1_000_000 as Lots,
  minNotional: '0',
  ...part,
});
const quote = (
  index: number,
  bidTicks: number,
  askTicks: number,
  part: Partial<QuoteView> = {},
): QuoteView => ({
  instrument: index,
  bid: '',
  ask: '',
  spread: '',
  bidTicks,
  askTicks,
  bidLots: 5,
  askLots: 7,
  lastTicks: 0,
  change: null,
  state: 'live',
  receivedAt: 1_000_000,
  ...part,
});
const NOW = 1_200_000;
function marketOf(...list: Instrument[]): SameMarket {
  const market = sameMarkets(list).get(0);
  if (!market) throw new Error('these are no market of several venues');
  return market;
}

describe('what several venues list alike', () => {
  it('is of the same name, base and quote: a dollar is not a tether, a perpetual not its spot', () => {
    const list = [
      instrument(0, 'b'),
      instrument(1, 'a'),
      instrument(2, 'c', { name: 'BTC-USD', quote: 'USD' }),
      instrument(3, 'c', { name: 'BTC-USDT-PERP' }),
      // Says that it is the same and has another quote.
      instrument(4, 'd', { quote: 'USD' }),
    ];
    const markets = sameMarkets(list);
    expect([...markets.keys()]).toEqual([0, 1]);
    expect(markets.get(0)?.members.map(({ instrument: { venue } }) => venue)).toEqual(['a', 'b']);
  });

  it('is not what is sized in contracts, whose worth is the venue’s own', () => {
    const list = [
      instrument(0, 'a'),
      instrument(1, 'b', { contract: { kind: 'linear', value: 1, scale: 2, settle: 'USDT' } }),
      instrument(2, 'c'),
    ];
    expect([...sameMarkets(list).keys()]).toEqual([0, 2]);
  });

  it('has one of each venue', () => {
    expect(sameMarkets([instrument(0, 'a'), instrument(1, 'a')]).size).toBe(0);
  });

  it('compares prices to the last digit, whatever ticks the venues have', () => {
    const scale = fc.record({
      priceScale: fc.integer({ min: 0, max: 8 }),
      tickStep: fc.constantFrom(1, 5, 10, 25, 100),
    });
    fc.assert(
      fc.property(scale, scale, fc.nat(1e6), fc.nat(1e6), (one, other, ticks, otherTicks) => {
        const [a, b] = [instrument(0, 'a', one), instrument(1, 'b', other)];
        const [left, right] = marketOf(a, b).members;
        const units = (member: typeof left, given: number): bigint =>
          BigInt(given) * (member?.unitsATick ?? 0n);
        const text = (given: number, of: Instrument): number => Number(priceText(given, of));
        const [exact, exactOther] = [text(ticks, a), text(otherTicks, b)];
        if (Math.abs(exact - exactOther) < 1e-9 * Math.max(1, exact)) return;
        expect(units(left, ticks) < units(right, otherTicks)).toBe(exact < exactOther);
      }),
    );
  });
});

describe('arbitrage', () => {
  const market = marketOf(instrument(0, 'a'), instrument(1, 'b', { priceScale: 3 }), instrument(2, 'c'));

  it('is the best bid elsewhere above the ask here, with its size and the older quote’s age', () => {
    const quotes = [
      quote(0, 9_990, 10_000, { askLots: 3, receivedAt: 900_000 }),
      quote(1, 100_100, 100_200, { bidLots: 2 }),
      quote(2, 10_005, 10_020),
    ];
    expect(arbitrageFrom(0, market, quotes, false, NOW)).toMatchObject({
      buyAt: 'a',
      sellAt: 'b',
      ask: 100_000n,
      bid: 100_100n,
      size: 2n,
      ageMs: 300,
    });
    expect(arbitrageFrom(0, market, quotes, false, NOW)?.bps).toBeCloseTo(10, 10);
    expect(arbitrageFrom(1, market, quotes, false, NOW)).toBeNull();
    expect(bestArbitrage(market, quotes, false, NOW)).toMatchObject({ buyAt: 'a', sellAt: 'b' });
  });

  it('is none where one side is not of now: a stale price makes the finest of opportunities', () => {
    const good = [quote(0, 9_990, 10_000), quote(1, 100_100, 100_200)];
    expect(arbitrageFrom(0, market, good, false, NOW)).not.toBeNull();
    expect(arbitrageFrom(0, market, good, true, NOW)).toBeNull();
    // The quote grew old by itself.
    expect(arbitrageFrom(0, market, good, false, NOW + 10_000_000)).toBeNull();
    for (const state of ['stale', 'resyncing', 'quarantined', 'never', 'ended'] as const) {
      for (const broken of [0, 1]) {
        const quotes = good.map((each, at) => (at === broken ? { ...each, state } : each));
        expect(arbitrageFrom(0, market, quotes, false, NOW), state).toBeNull();
      }
    }
  });

  it('never of a venue with itself, nor of a side that is not there', () => {
    expect(arbitrageFrom(0, market, [quote(0, 10_010, 10_000)], false, NOW)).toBeNull();
    expect(arbitrageFrom(0, market, [quote(0, 9_990, 0), quote(1, 100_100, 0)], false, NOW)).toBeNull();
    expect(arbitrageFrom(0, market, [], false, NOW)).toBeNull();
  });
});

describe('the consolidated book', () => {
  const market = marketOf(instrument(0, 'a'), instrument(1, 'b', { priceScale: 1, sizeScale: 2 }));
  const row = (ticks: number, lots: number): LadderRow => ({ ticks, lots, price: '', size: '', depth: 0 });
  const book = (
    index: number,
    bids: LadderRow[],
    asks: LadderRow[],
    state: BookView['state'] = 'live',
  ): BookView => ({
    instrument: index,
    state,
    version: 1,
    exchangeAt: 1,
    bids,
    asks,
    mid: '',
    spread: '',
  });
  const books = (...each: BookView[]): ReadonlyMap<number, BookView> =>
    new Map(each.map((one) => [one.instrument, one]));

  it('says at each price who offers how much, best first', () => {
    const whole = consolidate(
      market,
      books(
        book(0, [row(10_000, 5), row(9_980, 1)], [row(10_010, 2)]),
        book(1, [row(1000, 3)], [row(1002, 4)]),
      ),
      20,
    );
    expect(whole.bids).toEqual([
      {
        price: 10_000n,
        size: 35n,
        offers: [
          { venue: 'a', size: 5n },
          { venue: 'b', size: 30n },
        ],
      },
      { price: 9_980n, size: 1n, offers: [{ venue: 'a', size: 1n }] },
    ]);
    expect(whole.asks.map(({ price }) => price)).toEqual([10_010n, 10_020n]);
    expect(whole).toMatchObject({ venues: ['a', 'b'], leftOut: [] });
  });

  it('leaves out what is not of now, and says so', () => {
    for (const state of ['stale', 'resyncing', 'quarantined', 'ended', 'never'] as const) {
      const whole = consolidate(
        market,
        books(book(0, [row(1, 1)], []), book(1, [row(900, 1)], [], state)),
        20,
      );
      expect(whole.bids).toHaveLength(1);
      expect(whole.leftOut).toEqual([{ venue: 'b', state }]);
    }
    expect(consolidate(market, books(), 20).leftOut).toEqual([
      { venue: 'a', state: null },
      { venue: 'b', state: null },
    ]);
  });

  it('loses no lot and keeps its order, whatever the ladders are', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9 })), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const ladder = (list: [number, number][]): LadderRow[] =>
          list.map(([ticks, lots]) => row(ticks, lots));
        const whole = consolidate(market, books(book(0, ladder(one), []), book(1, ladder(other), [])), 99);
        const lots = (list: [number, number][], times: number): number =>
          list.reduce((sum, [, size]) => sum + size * times, 0);
        const total = whole.bids.reduce((sum, { size }) => sum + size, 0n);
        expect(total).toBe(BigInt(lots(one, 1) + lots(other, 10)));
        const prices = whole.bids.map(({ price }) => price);
        expect(prices).toEqual([...new Set(prices)].toSorted((a, b) => (a > b ? -1 : 1)));
        for (const { size, offers } of whole.bids) {
          expect(offers.reduce((sum, offer) => sum + offer.size, 0n)).toBe(size);
        }
      }),
    );
  });
});

describe('the trades that came while a tape was paused', () => {
  const trade = (number: number): TradeView => ({
    number,
    id: 1,
    price: '',
    size: '',
    ticks: 1,
    lots: 1,
    side: null,
    at: 1,
  });
  const down = (newest: number, oldest: number): TradeView[] =>
    Array.from({ length: newest - oldest + 1 }, (_, at) => trade(newest - at));

  it('are counted by the server’s number, those that are not kept too', () => {
    const held = down(10, 1);
    expect(tradesSince(held, held)).toEqual({ came: 0, lost: 0 });
    expect(tradesSince(down(15, 1), held)).toEqual({ came: 5, lost: 0 });
    // Two were skipped on their way.
    expect(tradesSince([...down(15, 13), ...held], held)).toEqual({ came: 5, lost: 2 });
    // More came than are kept.
    expect(tradesSince(down(5010, 11), held)).toEqual({ came: 5000, lost: 0 });
    expect(tradesSince(down(6010, 1011), held)).toEqual({ came: 6000, lost: 1000 });
  });

  it('of a tape that was empty are all of them, and none where there is none', () => {
    expect(tradesSince(down(4, 1), [])).toEqual({ came: 4, lost: 0 });
    expect(tradesSince(undefined, down(4, 1))).toEqual({ came: 0, lost: 0 });
  });

  it('are counted where the numbers wrap', () => {
    const held = [trade(2 ** 32 - 1)];
    expect(tradesSince([trade(1), trade(0), ...held], held)).toEqual({ came: 2, lost: 0 });
  });
});

describe('a panel that is paused', () => {
  it('keeps what it saw, while the store goes on, and sees the present when it is released', () => {
    const store = createStore<{ trades: number }>(() => ({ trades: 1 }));
    const hold = createHold(store);
    const heard: number[] = [];
    const stop = hold.subscribe(({ trades }) => heard.push(trades));
    store.setState({ trades: 2 });
    hold.hold();
    store.setState({ trades: 3 });
    store.setState({ trades: 4 });
    expect([hold.getState().trades, hold.held()?.trades, store.getState().trades]).toEqual([2, 2, 4]);
    hold.release();
    expect([hold.getState().trades, hold.held(), heard]).toEqual([4, null, [2, 4]]);
    stop();
    store.setState({ trades: 5 });
    hold.hold();
    hold.release();
    expect(heard).toEqual([2, 4]);
  });
});
