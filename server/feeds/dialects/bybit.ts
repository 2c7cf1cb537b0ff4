import type { FeedProof } from '../../../protocol/feed-quality.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, Dialect, LinePlan, SubscribeFrame } from '../dialect.ts';
import { BybitJson } from './bybit-json.ts';
import { bybitRest, type BybitCategory } from './bybit-rest.ts';
import { BybitScan } from './bybit-scan.ts';
import { BybitState } from './bybit-state.ts';
import { SymbolTable } from './symbol-table.ts';

/** What differs between Bybit's markets. */
interface BybitMarket {
  readonly category: BybitCategory;
  readonly name: string;
  readonly proof: FeedProof;
  /** Levels of the book's topic. */
  readonly depth: 50 | 200;
  /** Where best bids and offers come from; `tickers` of contracts also have mark and funding, of spot neither. */
  readonly ticker: 'tickers' | 'orderbook.1';
  readonly argumentsAFrame: number;
}

/** All arguments of one connection as JSON, in characters. */
const MOST_ARGUMENTS = 21_000;

/**
 * Bybit v5 public topics: a snapshot in the stream, then changes numbered one by one; a new snapshot
 * replaces the book whenever it comes. Numbers start over at 1 after a restart of the service.
 * https://bybit-exchange.github.io/docs/v5/ws/connect
 */
function bybit(market: BybitMarket): Dialect {
  return {
    id: `bybit-${market.category}`,
    name: market.name,
    proof: market.proof,
    rules: {
      sendsPerSecond: 10,
      maxStreams: Infinity,
      streamsPerInstrument: topicsOf(market, '').length,
      pingAfterMs: 500,
      // Bybit recommends one each 20 s.
      pingEveryMs: 20_000,
      pingText: '{"op":"ping"}',
      silenceMs: Infinity,
      maxAgeMs: Infinity,
      connections: { count: 500, perMs: 300_000 },
      subscriptions: null,
      // 600 in 5 s from one address, then it is shut out for 10 minutes: half of that.
      weightPerMinute: 3600,
      snapshots: 'stream',
      chain: 'previous',
      bookDepth: market.depth,
      tradeIds: 'unique',
      // Each topic has numbers of its own.
      tickersNumbered: false,
      checksum: null,
    },
    reveals: {
      // Each message has the number behind the last one's.
      book: { dropped: 'chain', doubled: 'chain', swapped: 'chain' },
      ticker: {},
      // Ids are in no order.
      trades: { doubled: 'trade-id' },
    },
    lines: (base, instruments) => lines(market, base, instruments),
    rest: bybitRest(market.category),
    decoder: (instruments) => decoder(market, instruments),
  };
}

/** 50 levels each 20 ms: 200 come ten times as late, and a ladder shows 20. */
export const bybitSpot = bybit({
  category: 'spot',
  name: 'Bybit spot',
  proof: 'documentation',
  depth: 50,
  ticker: 'orderbook.1',
  argumentsAFrame: 10,
});

/** 200 levels each 100 ms, as often as the tickers come; this is what was recorded. */
export const bybitLinear = bybit({
  category: 'linear',
  name: 'Bybit linear',
  proof: 'capture',
  depth: 200,
  ticker: 'tickers',
  argumentsAFrame: 100,
});

function topicsOf({ depth, ticker }: BybitMarket, symbol: string): readonly string[] {
  return [`orderbook.${depth}.${symbol}`, `${ticker}.${symbol}`, `publicTrade.${symbol}`];
}

function decoder({ depth }: BybitMarket, instruments: readonly Instrument[]): Decoder {
  const symbols = new SymbolTable(instruments);
  const state = new BybitState();
  const scan = new BybitScan(symbols, state, depth);
  const json = new BybitJson(symbols, state, depth);
  return {
    decode(bytes, sink) {
      if (!scan.read(bytes, sink)) json.read(bytes, sink);
    },
  };
}

function lines(market: BybitMarket, base: string, instruments: readonly Instrument[]): LinePlan[] {
  const url = `${base.replace(/\/+$/, '')}/v5/public/${market.category}`;
  return shares(market, instruments).map((books) => {
    const topics = books.flatMap((index) => topicsOf(market, instruments[index]?.symbol ?? ''));
    return {
      url,
      subscribe: subscribeFrames(topics, market.argumentsAFrame),
      books,
      resubscribe: (index) => {
        const symbol = instruments[index]?.symbol;
        return symbol === undefined ? [] : resubscribeFrames(`orderbook.${market.depth}.${symbol}`);
      },
    };
  });
}

/** Instruments by connection, so that no connection's arguments are longer than it may have. */
function shares(market: BybitMarket, instruments: readonly Instrument[]): number[][] {
  const made: number[][] = [];
  let used = Infinity;
  instruments.forEach(({ symbol }, index) => {
    const length = JSON.stringify(topicsOf(market, symbol)).length;
    if (used + length > MOST_ARGUMENTS) {
      made.push([]);
      used = 0;
    }
    made.at(-1)?.push(index);
    used += length;
  });
  return made;
}

function subscribeFrames(topics: readonly string[], argumentsAFrame: number): SubscribeFrame[] {
  const frames: SubscribeFrame[] = [];
  for (let at = 0; at < topics.length; at += argumentsAFrame) {
    const id = String(frames.length + 1);
    const args = topics.slice(at, at + argumentsAFrame);
    frames.push({ text: JSON.stringify({ op: 'subscribe', req_id: id, args }), answers: [id] });
  }
  return frames;
}

/** Subscribing again to what is subscribed is refused, so it is given up first. */
const resubscribeFrames = (topic: string): SubscribeFrame[] =>
  (['unsubscribe', 'subscribe'] as const).map((op) => ({
    text: JSON.stringify({ op, req_id: topic, args: [topic] }),
    answers: [],
  }));
