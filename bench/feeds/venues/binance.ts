import type { BookSnapshot, Dialect } from '../../../server/feeds/dialect.ts';
import { OWN_CAPTURES, readOwnCapture } from '../../../server/feeds/testing/binance-captures.ts';
import { PlainReader } from '../plain.ts';
import type { RecordedFrames } from '../recorded.ts';
import type { RecordedVenue } from '../venue.ts';

interface PlainFrame {
  readonly data:
    | { readonly e: 'trade'; readonly t: number; readonly p: string; readonly q: string; readonly m: boolean }
    | {
        readonly e: 'depthUpdate';
        readonly U: number;
        readonly u: number;
        readonly pu?: number;
        readonly b: readonly (readonly [string, string])[];
        readonly a: readonly (readonly [string, string])[];
      };
}

class BinancePlain extends PlainReader {
  override frame(bytes: Buffer): void {
    const { data } = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    if (data.e === 'trade') {
      if (data.t > Number(this.last.id)) this.trade(data.t, data.p, data.q, data.m);
      return;
    }
    const { lastUpdate } = this.book;
    if (data.u <= lastUpdate) return;
    // The first change behind a snapshot may reach back into it.
    if (data.U > lastUpdate + 1) this.follows(data.pu ?? data.U);
    this.fill(this.bids, data.b);
    this.fill(this.asks, data.a);
    this.take(data.u, false);
  }
}

const CCXT = {
  'binance-spot': { id: 'binance', symbol: 'BTC/USDT', url: 'wss://stream.binance.com:9443/ws' },
  'binance-usdm': {
    id: 'binanceusdm',
    symbol: 'BTC/USDT:USDT',
    url: 'wss://fstream.binance.com/public/ws',
    contractSize: 1,
  },
  'binance-coinm': {
    id: 'binancecoinm',
    symbol: 'BTC/USD:BTC',
    url: 'wss://dstream.binance.com/ws',
    contractSize: 100,
  },
} as const;

/** Three captures of one night, five minutes of one instrument each. */
export const binanceVenues: readonly RecordedVenue[] = OWN_CAPTURES.map(({ dialect, file }) => ({
  dialect,
  read: () => readBinance(dialect, file),
  plain: (instrument) => new BinancePlain(instrument, dialect.rules),
  ccxt: CCXT[dialect.id as keyof typeof CCXT],
}));

async function readBinance(dialect: Dialect, file: string): Promise<RecordedFrames> {
  const { instruments, records } = await readOwnCapture(dialect, file);
  const frames = records.filter((record): record is Buffer => Buffer.isBuffer(record));
  const opening = records.find((record): record is BookSnapshot => !Buffer.isBuffer(record));
  const [instrument] = instruments;
  if (!instrument || !opening) throw new Error(`${file} has no instrument or no snapshot.`);
  return {
    instrument,
    trades: frames.filter((frame) => frame.includes('@trade')),
    depth: frames.filter((frame) => frame.includes('@depth')),
    opening,
  };
}
