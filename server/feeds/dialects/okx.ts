import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, Dialect, LinePlan, SubscribeFrame } from '../dialect.ts';
import { okxChecksum } from './okx-book.ts';
import { OkxJson, answerKey } from './okx-json.ts';
import { okxRest } from './okx-rest.ts';
import { OkxScan } from './okx-scan.ts';

/**
 * `books`: 400 levels, each 100 ms, numbered, for everybody; the faster ones are for large accounts.
 * `tickers`: as the book comes as often, its best bid and offer only counts until the book is there.
 */
const OF_ALL = ['books', 'tickers', 'trades'] as const;
const OF_CONTRACTS = [...OF_ALL, 'mark-price'] as const;
const OF_PERPETUALS = [...OF_CONTRACTS, 'funding-rate'] as const;
const BOOK_LEVELS = 400;
/** The venue reads a frame of up to 64 KiB; one argument is shorter than 100 bytes. */
const ARGUMENTS_A_FRAME = 200;
const PONG = Buffer.from('pong');

/**
 * OKX v5 public channels of spot, perpetuals and dated futures: a snapshot in the stream, then changes
 * that name the message before them (`seqId`, `prevSeqId`). A checksum counts where one is sent.
 * https://www.okx.com/docs-v5/en/
 */
export const okx: Dialect = {
  id: 'okx',
  name: 'OKX',
  proof: 'capture',
  rules: {
    sendsPerSecond: 3,
    maxStreams: Infinity,
    streamsPerInstrument: OF_PERPETUALS.length,
    pingAfterMs: 500,
    pingEveryMs: Infinity,
    pingText: 'ping',
    silenceMs: 30_000,
    maxAgeMs: Infinity,
    connections: { count: 3, perMs: 1000 },
    subscriptions: { count: 480, perMs: 3_600_000 },
    // Each address has a limit of its own, 10 a second or more.
    weightPerMinute: 600,
    snapshots: 'stream',
    chain: 'previous',
    bookDepth: BOOK_LEVELS,
    tradeIds: 'increasing',
    // Nothing says that a ticker's numbers are those of the books.
    tickersNumbered: false,
    checksum: okxChecksum,
  },
  reveals: {
    // Each message names the one before it. A changed level showed in the checksum, which is no more sent.
    book: { dropped: 'chain', doubled: 'chain', swapped: 'chain' },
    ticker: {},
    // Ids rise, but one message may stand for several trades: a missing id says nothing.
    trades: { doubled: 'trade-id', swapped: 'trade-id' },
  },
  lines,
  rest: okxRest,
  decoder,
};

function decoder(instruments: readonly Instrument[]): Decoder {
  const scan = new OkxScan(instruments);
  const json = new OkxJson(instruments);
  return {
    decode(bytes, sink) {
      if (!scan.read(bytes, sink) && !isPong(bytes)) json.read(bytes, sink);
    },
  };
}

const isPong = (bytes: Uint8Array): boolean => bytes.length === PONG.length && PONG.equals(bytes);

function lines(base: string, instruments: readonly Instrument[]): LinePlan[] {
  const args = instruments.flatMap(({ symbol }) =>
    channelsOf(symbol).map((channel) => ({ channel, instId: symbol })),
  );
  return [
    {
      url: `${base.replace(/\/+$/, '')}/ws/v5/public`,
      subscribe: frames('subscribe', args),
      books: instruments.map((_, index) => index),
      // Subscribing again to what is subscribed brings no snapshot.
      resubscribe: (index) => {
        const books = instruments[index] ? [{ channel: 'books', instId: instruments[index].symbol }] : [];
        return [...frames('unsubscribe', books), ...frames('subscribe', books)];
      },
    },
  ];
}

/** The kind is in the name: `BTC-USDT`, `BTC-USDT-SWAP`, `BTC-USD-220527`. */
function channelsOf(symbol: string): readonly string[] {
  if (symbol.endsWith('-SWAP')) return OF_PERPETUALS;
  return /-\d{6}$/.test(symbol) ? OF_CONTRACTS : OF_ALL;
}

interface Argument {
  readonly channel: string;
  readonly instId: string;
}

function frames(op: 'subscribe' | 'unsubscribe', args: readonly Argument[]): SubscribeFrame[] {
  const made: SubscribeFrame[] = [];
  for (let at = 0; at < args.length; at += ARGUMENTS_A_FRAME) {
    const some = args.slice(at, at + ARGUMENTS_A_FRAME);
    const answers = op === 'subscribe' ? some.map(({ channel, instId }) => answerKey(channel, instId)) : [];
    made.push({ text: JSON.stringify({ op, args: some }), answers });
  }
  return made;
}
