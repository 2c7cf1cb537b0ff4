import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, Dialect, LinePlan, SubscribeFrame } from '../dialect.ts';
import { krakenChecksum } from './kraken-checksum.ts';
import { KrakenJson, subscriptionKey } from './kraken-json.ts';
import { krakenRest } from './kraken-rest.ts';
import { KrakenScan } from './kraken-scan.ts';

const SYMBOLS_A_FRAME = 50;

/** Depths of a book that Kraken offers. */
export type KrakenDepth = 10 | 25 | 100 | 500 | 1000;

/**
 * Kraken spot: WebSocket v2, a book with a checksum in every message.
 * https://docs.kraken.com/exchange/api-reference/spot-websocket
 */
export function krakenSpotAt(depth: KrakenDepth): Dialect {
  return {
    id: 'kraken-spot',
    name: 'Kraken spot',
    proof: 'capture',
    rules: {
      // Kraken adapts its limit to its load and tells no number: far below what any client was refused for.
      sendsPerSecond: 4,
      // No number is told here either.
      maxStreams: Infinity,
      streamsPerInstrument: CHANNELS.length,
      // Heartbeats come each second only while nothing else does.
      pingAfterMs: 500,
      pingEveryMs: Infinity,
      pingText: '{"method":"ping"}',
      silenceMs: Infinity,
      maxAgeMs: Infinity,
      // Of one address, as clients report it.
      connections: { count: 150, perMs: 600_000 },
      subscriptions: null,
      // About a call a second for one address.
      weightPerMinute: 60,
      snapshots: 'stream',
      chain: 'none',
      bookDepth: depth,
      tradeIds: 'increasing',
      tickersNumbered: false,
      checksum: krakenChecksum,
    },
    reveals: {
      // The checksum is of the ten best levels a side after each message. What happens to a message that
      // changes them shows at it or at the next one, unless that one undoes it. Twice the same levels are
      // the same book, and what happens further down shows when it comes up.
      book: { dropped: 'checksum', swapped: 'checksum', changed: 'checksum' },
      ticker: {},
      // Ids rise. That none may be left out is nowhere said.
      trades: { doubled: 'trade-id', swapped: 'trade-id' },
    },
    lines: (base, instruments) => lines(base, instruments, depth),
    rest: krakenRest,
    decoder,
  };
}

const CHANNELS = ['book', 'ticker', 'trade'] as const;

/**
 * 100 levels: five times what is shown, so that a burst does not reach the end of what is known, and a
 * tenth of the deepest, whose snapshot is sent anew for each book that fails its checksum.
 */
export const krakenSpot = krakenSpotAt(100);

function decoder(instruments: readonly Instrument[]): Decoder {
  const scan = new KrakenScan(instruments);
  const json = new KrakenJson(instruments);
  return {
    decode(bytes, sink) {
      if (!scan.read(bytes, sink)) json.read(bytes, sink);
    },
  };
}

function lines(base: string, instruments: readonly Instrument[], depth: KrakenDepth): LinePlan[] {
  const params = {
    book: { depth, snapshot: true },
    ticker: { event_trigger: 'bbo', snapshot: true },
    // Trades from before are no news.
    trade: { snapshot: false },
  };
  const frame = (method: string, channel: (typeof CHANNELS)[number], symbol: readonly string[]): string =>
    JSON.stringify({ method, params: { channel, symbol, ...params[channel] } });
  const symbols = instruments.map(({ symbol }) => symbol);
  const subscribe: SubscribeFrame[] = CHANNELS.flatMap((channel) =>
    chunksOf(symbols, SYMBOLS_A_FRAME).map((some) => ({
      text: frame('subscribe', channel, some),
      answers: some.map((symbol) => subscriptionKey(channel, symbol)),
    })),
  );
  return [
    {
      url: `${base.replace(/\/+$/, '')}/v2`,
      subscribe,
      books: instruments.map((_, index) => index),
      resubscribe(index) {
        const symbol = symbols.slice(index, index + 1);
        return ['unsubscribe', 'subscribe'].map((method) => ({
          text: frame(method, 'book', symbol),
          answers: [],
        }));
      },
    },
  ];
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
  return chunks;
}
