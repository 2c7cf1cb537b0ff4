import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, LinePlan, SubscribeFrame } from '../dialect.ts';
import { BinanceJson, type BinanceKind } from './binance-json.ts';
import { BinanceScan } from './binance-scan.ts';
import type { Shapes } from './binance-shapes.ts';

const STREAMS_A_FRAME = 200;

/** One of the connections that Binance wants its streams asked for over. */
export interface Route {
  /** Behind the base address. */
  readonly path: string;
  /** Of each instrument: `depth@100ms`. */
  readonly streams: readonly string[];
  readonly hasBooks: boolean;
}

export function binanceLines(
  routes: readonly Route[],
  base: string,
  instruments: readonly Instrument[],
): LinePlan[] {
  const all = instruments.map((_, index) => index);
  return routes.map(({ path, streams, hasBooks }) => ({
    url: base.replace(/\/+$/, '') + path,
    subscribe: subscribeFrames(streams, instruments),
    books: hasBooks ? all : [],
    marks: streams.some((stream) => stream.startsWith('markPrice')) ? all : [],
    resubscribe: () => [],
  }));
}

function subscribeFrames(streams: readonly string[], instruments: readonly Instrument[]): SubscribeFrame[] {
  const names = instruments.flatMap(({ symbol }) =>
    streams.map((stream) => `${symbol.toLowerCase()}@${stream}`),
  );
  const frames: SubscribeFrame[] = [];
  for (let at = 0; at < names.length; at += STREAMS_A_FRAME) {
    const id = frames.length + 1;
    const params = names.slice(at, at + STREAMS_A_FRAME);
    frames.push({ text: JSON.stringify({ method: 'SUBSCRIBE', params, id }), answers: [String(id)] });
  }
  return frames;
}

/** Reads what has the usual shape fast, all else in full. */
export function binanceDecoder(
  kind: BinanceKind,
  shapes: Shapes,
  instruments: readonly Instrument[],
): Decoder {
  const scan = new BinanceScan(shapes, instruments);
  const json = new BinanceJson(kind, instruments);
  return {
    decode(bytes, sink) {
      const read = scan.read(bytes, sink.message);
      if (read) sink.take(read);
      else json.read(bytes, sink);
    },
  };
}
