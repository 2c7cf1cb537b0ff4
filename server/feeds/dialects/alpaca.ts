import { z } from 'zod';
import { instrumentSchema, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { DecodeSink, Dialect, LinePlan, Listing } from '../dialect.ts';
import { AlpacaJson } from './alpaca-json.ts';

/**
 * Alpaca's stream of US shares: trades and best bids and offers, no books and no numbers, so that
 * what is lost on the way is not noticed. The base address names the source: `…/v2/iex` or `…/v2/sip`.
 * https://docs.alpaca.markets/docs/streaming-market-data
 */
export const alpaca: Dialect = {
  id: 'alpaca',
  name: 'Alpaca',
  proof: 'documentation',
  rules: {
    // It names no limit; one frame is all that we send.
    sendsPerSecond: 4,
    // The number depends on what was bought: Alpaca refuses the subscription beyond it, and says so.
    maxStreams: Infinity,
    streamsPerInstrument: 2,
    pingAfterMs: 500,
    pingEveryMs: Infinity,
    pingText: null,
    silenceMs: Infinity,
    maxAgeMs: Infinity,
    // A key has one connection. Who asks for a second is refused, and must not ask again and again.
    connections: { count: 1, perMs: 10_000 },
    subscriptions: null,
    // Nothing is asked by REST.
    weightPerMinute: 1,
    snapshots: 'none',
    chain: 'none',
    bookDepth: null,
    tradeIds: 'unique',
    tickersNumbered: false,
    checksum: null,
  },
  reveals: { book: {}, ticker: {}, trades: {} },
  // Alpaca also takes them in a first message, which would be part of every recording.
  secretHeaders: { 'APCA-API-KEY-ID': 'alpaca-key', 'APCA-API-SECRET-KEY': 'alpaca-secret' },
  lines,
  rest: {
    instruments: () => null,
    readInstruments: (_answer, symbols, venue) => listed(symbols, venue),
    snapshot: () => null,
    readSnapshot: notAsked,
    time: () => null,
    readTime: notAsked,
    candlesAPage: 1,
    candles: () => null,
    readCandles: notAsked,
    usedWeight: () => null,
  },
  decoder(instruments) {
    const json = new AlpacaJson(instruments);
    return { decode: (bytes: Uint8Array, sink: DecodeSink) => json.read(bytes, sink) };
  },
};

function notAsked(): { readonly ok: false; readonly error: Refusal } {
  return refuse('not-asked', 'Alpaca is asked nothing by REST.');
}

const symbolSchema = z.string().regex(/^[A-Z][A-Z0-9.]{0,9}$/);

/** The shares that are configured: Alpaca's stream tells no list of them. */
function listed(symbols: readonly string[] | 'all', venue: VenueId): Result<Listing> {
  if (symbols === 'all') {
    return refuse('no-symbols', 'Alpaca lists no symbols: name the ones that are wanted.');
  }
  const instruments: Instrument[] = [];
  for (const symbol of symbols) {
    if (!symbolSchema.safeParse(symbol).success) {
      return refuse('unknown-symbol', `"${symbol.slice(0, 40)}" is not a symbol of a US share.`);
    }
    const instrument = instrumentSchema.safeParse({
      index: instruments.length,
      venue,
      symbol,
      name: symbol,
      base: symbol,
      quote: 'USD',
      // Quotes are in cents, below a dollar in hundredths of one (rule 612 of Regulation NMS); trades
      // inside the spread are in hundredths of a cent at any price. One tick holds them all.
      priceScale: 4,
      tickStep: 1,
      sizeScale: 0,
      lotStep: 1,
      minLots: 1,
      maxLots: Number.MAX_SAFE_INTEGER,
      minNotional: '0',
    });
    if (!instrument.success) return refuse('unknown-symbol', `${symbol} can't be an instrument.`);
    instruments.push(instrument.data);
  }
  return ok({ instruments, weightPerMinute: null });
}

function lines(base: string, instruments: readonly Instrument[]): LinePlan[] {
  const symbols = instruments.map(({ symbol }) => symbol);
  return [
    {
      url: base.replace(/\/+$/, ''),
      subscribe: [
        {
          text: JSON.stringify({ action: 'subscribe', trades: symbols, quotes: symbols }),
          answers: symbols.flatMap((symbol) => [`trades ${symbol}`, `quotes ${symbol}`]),
        },
      ],
      books: instruments.map((_, index) => index),
      resubscribe: () => [],
    },
  ];
}
