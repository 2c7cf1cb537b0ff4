import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, Dialect, LinePlan, SubscribeFrame } from '../dialect.ts';
import { BinanceJson } from './binance-json.ts';
import { binanceRest } from './binance-rest.ts';
import { BinanceScan } from './binance-scan.ts';

const STREAMS = ['bookTicker', 'depth@100ms', 'trade'] as const;
const STREAMS_A_FRAME = 200;

/**
 * Binance spot: combined streams, snapshot plus diff book.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 */
export const binanceSpot: Dialect = {
  id: 'binance-spot',
  name: 'Binance spot',
  proof: 'capture',
  rules: {
    // Binance allows 5 a second and disconnects beyond; pongs count, so one is kept for them.
    sendsPerSecond: 4,
    maxStreams: 1024,
    streamsPerInstrument: STREAMS.length,
    pingAfterMs: 500,
    pingText: null,
    silenceMs: Infinity,
    maxAgeMs: 23.5 * 3600 * 1000,
    connections: { count: 300, perMs: 300_000 },
    subscriptions: null,
    weightPerMinute: 6000,
    snapshots: 'rest',
    chain: 'range',
    bookDepth: null,
    tradeIds: 'increasing',
    tickersNumbered: true,
    checksum: null,
  },
  lines,
  rest: binanceRest,
  decoder,
};

function decoder(instruments: readonly Instrument[]): Decoder {
  const scan = new BinanceScan(instruments);
  const json = new BinanceJson(instruments);
  return {
    decode(bytes, sink) {
      const kind = scan.read(bytes, sink.message);
      if (kind) sink.take(kind);
      else json.read(bytes, sink);
    },
  };
}

function lines(base: string, instruments: readonly Instrument[]): LinePlan[] {
  return [
    {
      url: `${base.replace(/\/+$/, '')}/stream`,
      subscribe: subscribeFrames(instruments),
      books: instruments.map((_, index) => index),
      resubscribe: () => [],
    },
  ];
}

function subscribeFrames(instruments: readonly Instrument[]): SubscribeFrame[] {
  const streams = instruments.flatMap(({ symbol }) =>
    STREAMS.map((stream) => `${symbol.toLowerCase()}@${stream}`),
  );
  const frames: SubscribeFrame[] = [];
  for (let at = 0; at < streams.length; at += STREAMS_A_FRAME) {
    const id = frames.length + 1;
    const params = streams.slice(at, at + STREAMS_A_FRAME);
    frames.push({ text: JSON.stringify({ method: 'SUBSCRIBE', params, id }), answers: [String(id)] });
  }
  return frames;
}
