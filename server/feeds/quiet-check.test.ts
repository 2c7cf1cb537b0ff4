import { afterEach, describe, expect, it } from 'vitest';
import type { Instrument } from '../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import type { Dialect, RestCall } from './dialect.ts';
import { ENOUGH } from './gap-meter.ts';
import { Levels } from './market-message.ts';
import { Market } from './market.ts';
import { QuietCheck } from './quiet-check.ts';
import type { RestAnswer } from './rest.ts';
import { createMarketTable, emptyQuote, MarketTableWriter } from './table.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';

const instrument = (name: string): Instrument =>
  ({ name, symbol: name, priceScale: 2, tickStep: 1, sizeScale: 0, lotStep: 1 }) as Instrument;

/** Two markets in step at 100/101, one of which has told 1,000 gaps of 400 ms: 4.16 s of silence are unusual. */
class Desk {
  readonly asked: RestCall[] = [];
  readonly dropped: Market[] = [];
  readonly markets: readonly Market[];
  readonly check: QuietCheck;
  available = 100;
  now = 0;
  #answer: (answer: Result<RestAnswer>) => void = () => undefined;

  constructor(dialect: Dialect = binanceSpot) {
    const table = new MarketTableWriter(createMarketTable(2));
    this.markets = ['AAA-USDT', 'BBB-USDT'].map((name, index) => {
      const market = new Market(instrument(name), index, binanceSpot.rules, table, {
        onSnapshotNeeded: () => undefined,
        onDepthSilent: () => undefined,
      });
      const level = (price: number): Levels => {
        const levels = new Levels();
        levels.push(price, 5);
        return levels;
      };
      market.sync.replace({ lastUpdate: 7, bids: level(100), asks: level(101), limit: 100 });
      return market;
    });
    for (let n = 0; n <= ENOUGH; n++) this.markets[0]?.gaps.message((this.now += 400));
    const available = (): number => this.available;
    this.check = new QuietCheck({
      rest: {
        get: (call) => {
          this.asked.push(call);
          return new Promise((resolve) => (this.#answer = resolve));
        },
        get available() {
          return available();
        },
      },
      dialect,
      markets: this.markets,
      paceMs: () => this.now,
      onDropped: (market) => this.dropped.push(market),
    });
  }

  get first(): Market {
    const [market] = this.markets;
    if (!market) throw new Error('no market');
    return market;
  }

  later(ms: number): void {
    this.now += ms;
    for (const market of this.markets) market.display.setState('quiet');
    this.check.tick(this.now);
  }

  async answers(body: object | null): Promise<void> {
    const at = { sentAt: 0, answeredAt: 0, text: '' };
    this.#answer(body ? ok({ json: body, ...at }) : refuse('rest-unreachable', 'Nobody answers.'));
    await Promise.resolve();
    await Promise.resolve();
  }
}

const book = (bid: string, lastUpdateId = 9): object => ({
  lastUpdateId,
  bids: [[bid, '5']],
  asks: [['1.01', '5']],
});

describe('an instrument that is silent beyond its habit', () => {
  it('is asked for by REST, once, and is quiet when the venue has the same book', async () => {
    const desk = new Desk();
    desk.later(4100);
    expect(desk.asked).toEqual([]);
    desk.later(200);
    expect(desk.asked.map(({ query }) => query['symbol'])).toEqual(['AAA-USDT']);
    desk.later(5000);
    expect(desk.asked).toHaveLength(1);
    await desk.answers(book('1.00'));
    desk.later(3000);
    expect(desk.asked).toHaveLength(1);
    desk.later(1200);
    expect(desk.asked).toHaveLength(2);
    expect(desk.dropped).toEqual([]);
  });

  it('another book at the venue, and no message in 2 s: dropped', async () => {
    const desk = new Desk();
    desk.later(4600);
    await desk.answers(book('0.99'));
    desk.later(1900);
    expect(desk.dropped).toEqual([]);
    desk.later(100);
    expect(desk.dropped).toEqual([desk.first]);
    desk.later(100);
    expect(desk.dropped).toHaveLength(1);
  });

  it('sizes that the venue rounds are not compared, prices are', async () => {
    const rest: Dialect['rest'] = {
      ...binanceSpot.rest,
      readSnapshot: (...asked) => {
        const read = binanceSpot.rest.readSnapshot(...asked);
        return read.ok ? ok({ ...read.value, sizesRounded: true }) : read;
      },
    };
    const dropped = async (bids: [string, string][]): Promise<number> => {
      const desk = new Desk({ ...binanceSpot, rest });
      desk.later(4600);
      await desk.answers({ lastUpdateId: 9, bids, asks: [['1.01', '5']] });
      desk.later(2000);
      return desk.dropped.length;
    };
    expect(await dropped([['1.00', '4']])).toBe(0);
    expect(await dropped([['0.99', '5']])).toBe(1);
  });

  it('another book, but its message was only on its way: nothing is wrong', async () => {
    const desk = new Desk();
    desk.later(4600);
    await desk.answers(book('0.99'));
    desk.first.gaps.message(desk.now + 100);
    desk.later(2000);
    expect(desk.dropped).toEqual([]);
  });

  it.each([
    ['a message while it is asked for', (desk: Desk) => desk.first.gaps.message(desk.now), book('0.99')],
    ['a book older than ours', () => undefined, book('0.99', 6)],
    ['no answer', () => undefined, null],
    ['an answer that says nothing', () => undefined, { bids: 'none' }],
  ])('%s proves nothing', async (_what, meanwhile, answer) => {
    const desk = new Desk();
    desk.later(4600);
    meanwhile(desk);
    await desk.answers(answer);
    desk.later(3000);
    expect(desk.dropped).toEqual([]);
  });

  it('is let be where little is known of it, and not asked for with weight that others need', () => {
    const poor = new Desk();
    poor.available = 0;
    poor.later(60_000);
    expect(poor.asked).toEqual([]);

    const young = new Desk();
    young.markets[1]?.gaps.message(young.now);
    young.first.gaps.restart();
    young.later(29_000);
    expect(young.asked).toEqual([]);
    young.later(1100);
    expect(young.asked.map(({ query }) => query['symbol'])).toEqual(['BBB-USDT']);
  });
});

describe('a feed whose venue dropped one subscription', () => {
  let venue: FakeVenue;
  let rig: FeedRig;
  afterEach(async () => {
    rig.feed.stop();
    await venue.kill();
  });

  const lose = async (dialect: Dialect): Promise<void> => {
    venue = await new FakeVenue().start();
    rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl, dialect });
    rig.feed.start();
    await rig.until('live', () => rig.view.state === 'live');
    for (let n = 0; n <= ENOUGH; n++) venue.send(venue.tradeFrame('AAAUSDT', '99.50', '1'));
    await rig.until('enough', () => rig.reader.tradeCount(0) === ENOUGH + 1);
    venue.change('AAAUSDT', [{ price: '99.70', size: '1' }]);
    await rig.until('the venue’s book', () => bid() === 9970);
  };
  const bid = (): number => {
    const quote = emptyQuote();
    rig.reader.readQuote(0, quote);
    return quote.state === 'live' ? quote.bid : 0;
  };

  it('has that one instrument sent anew, over the same connection', async () => {
    const again = JSON.stringify({ method: 'SUBSCRIBE', params: ['aaausdt@trade'], id: 900 });
    await lose({
      ...binanceSpot,
      lines: (base, instruments) =>
        binanceSpot
          .lines(base, instruments)
          .map((plan) => ({ ...plan, resubscribe: () => [{ text: again, answers: ['900'] }] })),
    });
    await rig.until('asked', () => venue.received.length === 2);
    expect(venue.received[1]).toEqual(JSON.parse(again));
    expect(rig.view).toMatchObject({ reconnects: 0, resyncs: 1, gaps: 0 });
  });

  it('connects anew where the venue cannot be asked for one', async () => {
    await lose({
      ...binanceSpot,
      lines: (base, instruments) =>
        binanceSpot.lines(base, instruments).map((plan) => ({ ...plan, resubscribe: () => [] })),
    });
    expect(rig.view).toMatchObject({ reconnects: 1, gaps: 0 });
  });
});
