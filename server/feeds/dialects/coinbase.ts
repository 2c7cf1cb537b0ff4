import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, DecodeSink, Dialect, LinePlan, SubscribeFrame } from '../dialect.ts';
import { CoinbaseJson, type CoinbaseTrade } from './coinbase-json.ts';
import { coinbaseRest } from './coinbase-rest.ts';
import { CoinbaseScan } from './coinbase-scan.ts';
import { CoinbaseSequence } from './coinbase-sequence.ts';

/** Books last: their snapshots are megabytes, and everything else is subscribed before them. */
const CHANNELS = ['market_trades', 'ticker', 'level2'] as const;
/** One missing frame has every book of its connection sent anew: so they share one with few others. */
const PRODUCTS_A_LINE = 10;

/**
 * Coinbase Advanced Trade: whole books in the stream, every frame of a connection numbered.
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview
 */
export const coinbase: Dialect = {
  id: 'coinbase',
  name: 'Coinbase Advanced Trade',
  proof: 'capture',
  rules: {
    // Coinbase allows 8 a second from one address; several connections may share it.
    sendsPerSecond: 4,
    // It names no limit.
    maxStreams: Infinity,
    streamsPerInstrument: CHANNELS.length,
    pingAfterMs: 500,
    pingEveryMs: Infinity,
    pingText: null,
    // A heartbeat comes each second: five that stay away are a dead connection.
    silenceMs: 5000,
    maxAgeMs: Infinity,
    // 8 a second from one address.
    connections: { count: 8, perMs: 1000 },
    subscriptions: null,
    // 10 requests a second from one address; half of them, since they are counted by the second.
    weightPerMinute: 300,
    snapshots: 'stream',
    chain: 'previous',
    // The venue has one depth, the whole book; ours keeps the best of it.
    bookDepth: null,
    tradeIds: 'increasing',
    tickersNumbered: false,
    checksum: null,
  },
  reveals: {
    // The numbers of the frames say it of every channel alike. No checksum tells a changed one.
    book: { dropped: 'frame-number', doubled: 'frame-number', swapped: 'frame-number' },
    ticker: { dropped: 'frame-number', doubled: 'frame-number', swapped: 'frame-number' },
    trades: { dropped: 'frame-number', doubled: 'frame-number', swapped: 'frame-number' },
  },
  lines,
  rest: coinbaseRest,
  decoder: (instruments) => new CoinbaseDecoder(instruments),
};

class CoinbaseDecoder implements Decoder {
  readonly #scan: CoinbaseScan;
  readonly #json: CoinbaseJson;
  readonly #sequence = new CoinbaseSequence();

  constructor(instruments: readonly Instrument[]) {
    this.#scan = new CoinbaseScan(instruments);
    this.#json = new CoinbaseJson(instruments);
  }

  decode(bytes: Uint8Array, sink: DecodeSink): void {
    const scan = this.#scan;
    const kind = scan.read(bytes, sink.message);
    if (kind === null) this.#json.read(bytes, this.#sequence, sink);
    else if (!this.#sequence.follows(scan.sequence, sink)) return;
    else if (kind === 'trades') takeTrades(scan.trades, scan.tradeCount, sink);
    else {
      this.#sequence.number(sink.message);
      sink.take(kind);
    }
  }
}

/** A frame tells its newest trade first. */
function takeTrades(trades: readonly CoinbaseTrade[], count: number, sink: DecodeSink): void {
  const { message } = sink;
  for (let at = count - 1; at >= 0; at--) {
    const trade = trades[at];
    if (!trade) return;
    message.instrument = trade.instrument;
    message.eventAt = trade.eventAt;
    message.tradeId = trade.tradeId;
    message.price = trade.price;
    message.size = trade.size;
    message.aggressor = trade.aggressor;
    sink.take('trade');
  }
}

function lines(base: string, instruments: readonly Instrument[]): LinePlan[] {
  const plans: LinePlan[] = [];
  for (let from = 0; from < instruments.length; from += PRODUCTS_A_LINE) {
    const listed = instruments.slice(from, from + PRODUCTS_A_LINE);
    const products = listed.map(({ symbol }) => symbol);
    plans.push({
      url: base.replace(/\/+$/, ''),
      subscribe: subscribeFrames(products),
      books: listed.map((_, row) => from + row),
      resubscribe: (index) => resubscribeFrames(instruments.slice(index, index + 1)),
      resubscribeAll: resubscribeFrames(listed),
    });
  }
  return plans;
}

/** The first is sent at once: Coinbase ends a connection that has subscribed to nothing in 5 s. */
function subscribeFrames(products: readonly string[]): SubscribeFrame[] {
  const heartbeats = { text: ask('subscribe', 'heartbeats', []), answers: ['heartbeats heartbeats'] };
  const channels = CHANNELS.map((channel) => ({
    text: ask('subscribe', channel, products),
    answers: products.map((product) => `${channel} ${product}`),
  }));
  return [heartbeats, ...channels];
}

/** A book is sent whole to who subscribes to it, and nobody is subscribed twice. */
function resubscribeFrames(instruments: readonly Instrument[]): SubscribeFrame[] {
  const products = instruments.map(({ symbol }) => symbol);
  return (['unsubscribe', 'subscribe'] as const).map((type) => ({
    text: ask(type, 'level2', products),
    answers: [],
  }));
}

function ask(type: 'subscribe' | 'unsubscribe', channel: string, products: readonly string[]): string {
  return JSON.stringify({ type, channel, ...(products.length > 0 ? { product_ids: products } : {}) });
}
