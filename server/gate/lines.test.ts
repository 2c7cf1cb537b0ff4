import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedView } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, Micros, QuoteMicros, Ticks, VenueId } from '../../protocol/units.ts';
import { binanceSpot } from '../feeds/dialects/binance-spot.ts';
import { binanceLines } from '../feeds/dialects/binance-streams.ts';
import type { Dialect } from '../feeds/dialect.ts';
import { describeFeed, describeLine } from '../feeds/feed-words.ts';
import { stateOf } from '../feeds/market-states.ts';
import { MarketTables } from '../feeds/market-tables.ts';
import type { SessionPhase } from '../feeds/session.ts';
import { createMarketTable, emptyQuote, MarketTableWriter } from '../feeds/table.ts';
import { FeedPair } from '../feeds/testing/feed-pair.ts';
import { WatchedFeed } from '../feeds/watched-feed.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { instrument } from '../testing/orders.ts';
import type { MarketReading } from './book-risk.ts';
import { Gate } from './gate.ts';
import { marksOf, type FeedWord } from './marks.ts';
import type { CheckedOrder } from './order.ts';

const VENUE = 'sim' as VenueId;
const usd = (value: number): QuoteMicros => BigInt(value * 1e6) as QuoteMicros;

/** A gate that sees these instruments through this table and this word of their feed. */
function gateOn(
  table: SharedArrayBuffer,
  instruments: readonly Instrument[],
  feed: () => FeedWord | null,
  valueAtRisk: QuoteMicros | null = null,
): Gate {
  const tables = new MarketTables([{ venue: VENUE, table }]);
  tables.list(instruments.map(() => ({ venue: VENUE })));
  const every = (value: number): Map<InstrumentIndex, number> =>
    new Map(instruments.map(({ index }) => [index, value]));
  const known: MarketReading = {
    risk: { valueAtRisk: usd(0), perDollar: every(100_000), held: new Map() },
    clusterOf: every(0),
  };
  const gate = new Gate({
    limits: {
      orderValue: usd(1e6),
      positionValue: usd(1e6),
      valueAtRisk,
      clusterValue: null,
      ordersPerSecond: 1e5,
      version: 1,
      setBy: 'test',
      since: 0 as Micros,
    },
    mark: marksOf(tables, feed, () => false),
    instrument: (index) => instruments[index],
    restriction: () => null,
    market: () => known,
    audit: { writable: () => true },
    clock: new ManualClock(),
    replay: false,
  });
  gate.open('starting');
  return gate;
}

const buyOf = (what: Instrument): CheckedOrder => ({
  instrument: what,
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  price: 10_000 as Ticks,
  size: 10 as Lots,
  reduceOnly: false,
});
const codeOf = (gate: Gate, what: Instrument): string | null => gate.refuses(buyOf(what))?.code ?? null;

const PHASES: readonly SessionPhase[] = [
  'idle',
  'connecting',
  'subscribing',
  'live',
  'stale',
  'waiting',
  'stopped',
];

interface Case {
  readonly lines: readonly { readonly phase: SessionPhase; readonly failures: number }[];
  readonly markets: readonly { readonly line: number; readonly synced: boolean }[];
  readonly ended: boolean;
  /** The feeds thread does not move any more. */
  readonly hangs: boolean;
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 5 }).chain((count) =>
  fc.record({
    lines: fc.array(
      fc.record({
        // Half of them live: each kind of dead one meets living ones often.
        phase: fc.oneof(fc.constant<SessionPhase>('live'), fc.constantFrom(...PHASES)),
        failures: fc.nat(2),
      }),
      { minLength: count, maxLength: count },
    ),
    markets: fc.array(fc.record({ line: fc.nat(count - 1), synced: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    }),
    ended: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    hangs: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  }),
);

/** What a feed whose lines stand so writes into its table, and says of itself. */
function asFed({ lines, markets, ended, hangs }: Case) {
  const table = createMarketTable(markets.length);
  const writer = new MarketTableWriter(table);
  const distrust = { isOn: false } as never;
  const fed = markets.map(({ line, synced }, index) => {
    const phase = lines[line]?.phase ?? 'idle';
    const display = { hadValue: true, changedAt: 0 };
    const state = stateOf({ synced, distrust, display }, { ended, phase, held: false }, 0);
    writer.writeQuote(index, {
      ...emptyQuote(),
      ...{ bid: 9990, bidSize: 1, ask: 10_000, askSize: 1, receivedAt: 1, state },
    });
    return { line, synced, wasSynced: true, state };
  });
  const said = lines.map(({ phase, failures }, at) => {
    const books = fed.filter(({ line }) => line === at);
    const words = describeLine({ phase, failures, sentence: 'Why.', books });
    return { ...words, books: books.length, marks: 0 };
  });
  const facts = { startFault: null, restFault: null, distrusted: [], held: false, remark: '' };
  const missing = fed.filter(({ synced }) => !synced).length;
  const own = describeFeed({ ...facts, ended, lines: said, books: fed.length, missing });
  let heard: FeedView | null = null;
  const setup = { venue: { id: VENUE } as never, table, replay: null };
  const watched = new WatchedFeed(setup, (view) => (heard = view));
  watched.born(0);
  watched.look(0);
  watched.saw({ ...own, venue: VENUE, lines: said } as unknown as FeedView);
  if (hangs) watched.look(3_000_000);
  const instruments = fed.map((_, index) => instrument(index, `C${index}USDT`));
  return { table, instruments, feed: () => heard };
}

describe('R-9 of a venue with several connections', () => {
  it('an instrument is traded exactly while its own connection is live and its book in step, whatever the others do', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const { table, instruments, feed } = asFed(each);
        const gate = gateOn(table, instruments, feed);
        // A thread that hangs takes the word of each of its connections with it.
        if (each.hangs) expect(new Set(feed()?.lines.map(({ state }) => state))).toEqual(new Set(['down']));
        each.markets.forEach(({ line, synced }, at) => {
          const isOpen = !each.ended && !each.hangs && synced && each.lines[line]?.phase === 'live';
          const what = instruments[at] as Instrument;
          expect(codeOf(gate, what), what.name).toBe(isOpen ? null : 'reference-price');
        });
      }),
      { numRuns: 500 },
    );
  });

  it('R-5 what rests on the whole book is refused at every instrument while one that is held is not fresh', () => {
    fc.assert(
      fc.property(cases, fc.nat(7), (each, which) => {
        const { table, instruments, feed } = asFed(each);
        const gate = gateOn(table, instruments, feed, usd(1e6));
        const free = instruments.map((what) => codeOf(gate, what));
        const held = instruments[which % instruments.length] as Instrument;
        gate.exposure.hold(held.index, 1000);
        const isKnown = free[held.index] === null;
        instruments.forEach((what, at) => {
          const before = free[at] ?? null;
          expect(codeOf(gate, what)).toBe(before ?? (isKnown ? null : 'value-at-risk'));
        });
      }),
    );
  });
});

/** Each book comes over a connection of its own. */
const apart: Dialect = {
  ...binanceSpot,
  lines: (base, instruments) =>
    instruments.flatMap((what, index) =>
      binanceLines(
        [{ path: `/${what.symbol}`, streams: ['bookTicker', 'depth@100ms', 'trade'], hasBooks: true }],
        base,
        [what],
      ).map((plan) => ({ ...plan, books: [index], marks: [] })),
    ),
};

describe('R-9 over real sockets: one of two connections of a venue is dead', () => {
  const STEP_MS = 100;
  const LIMIT_MS = 1000;
  let clock: ManualClock;
  let pair: FeedPair;
  beforeEach(() => {
    clock = new ManualClock();
    pair = new FeedPair(clock);
  });
  afterEach(() => pair.stop());

  /** Time passes, and both books are told of, the second as far as anybody hears it. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await clock.advanceAsync(STEP_MS);
      pair.venue.send(pair.venue.tradeFrame('BBBUSDT', '99.60', '1'), '/BBBUSDT');
      await pair.tell('/AAAUSDT');
    }
  }

  it('its instrument is refused within its time-out, the other stays tradable, and both are once it is back', async () => {
    await pair.start(LIMIT_MS, apart);
    const { rig } = pair;
    const gate = gateOn(rig.table, rig.instruments, () => rig.view);
    const codes = (): (string | null)[] => rig.instruments.map((what) => codeOf(gate, what));
    await pass(1000);
    expect(codes()).toEqual([null, null]);
    pair.venue.silence(true, '/BBBUSDT');
    await pass(LIMIT_MS + STEP_MS);
    expect(codes()).toEqual([null, 'reference-price']);
    expect(rig.view.state).toBe('stale');
    expect(rig.view.sentence).toMatch(
      /^1 of 2 connections, the one with the books of 1 instrument: No frame of any kind for 1\.0 s\.$/,
    );
    // Given up and tried again: the venue as a whole is down by then, and the other book is not.
    await pass(3500);
    expect(rig.view).toMatchObject({ state: 'down', lines: [{ state: 'live' }, { state: 'down' }] });
    expect(codes()).toEqual([null, 'reference-price']);
    pair.venue.silence(false);
    await pair.live();
    await pass(STEP_MS);
    expect(codes()).toEqual([null, null]);
  });
});
