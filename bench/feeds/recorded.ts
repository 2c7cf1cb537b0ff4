import type { Instrument } from '../../protocol/instrument.ts';
import type { BookSnapshot, Dialect } from '../../server/feeds/dialect.ts';
import { OWN_CAPTURES, readOwnCapture } from '../../server/feeds/testing/binance-captures.ts';
import { BinancePlain } from './plain.ts';
import type { PlainReader } from './plain.ts';

/** A venue's recorded frames, and how its peers read them. A dialect joins by an entry in `RECORDED`. */
export interface RecordedVenue {
  readonly dialect: Dialect;
  readonly read: () => Promise<RecordedFrames>;
  /** The same work by `JSON.parse`. */
  readonly plain: (frames: RecordedFrames) => PlainReader;
  /** ccxt's class of this venue, and what it calls the instrument. */
  readonly ccxt: { readonly id: string; readonly symbol: string; readonly url: string };
}

export interface RecordedFrames {
  readonly instrument: Instrument;
  readonly trades: readonly Buffer[];
  readonly depth: readonly Buffer[];
  /** Of REST, in step with the first changes; its `limit` is that of a whole book. */
  readonly snapshot: BookSnapshot;
}

const CCXT = {
  'binance-spot': { id: 'binance', symbol: 'BTC/USDT', url: 'wss://stream.binance.com:9443/ws' },
  'binance-usdm': { id: 'binanceusdm', symbol: 'BTC/USDT:USDT', url: 'wss://fstream.binance.com/public/ws' },
  'binance-coinm': { id: 'binancecoinm', symbol: 'BTC/USD:BTC', url: 'wss://dstream.binance.com/ws' },
} as const;

export const RECORDED: readonly RecordedVenue[] = OWN_CAPTURES.map(({ dialect, file }) => ({
  dialect,
  read: () => readBinance(dialect, file),
  plain: ({ instrument }) => new BinancePlain(instrument),
  ccxt: CCXT[dialect.id as keyof typeof CCXT],
}));

async function readBinance(dialect: Dialect, file: string): Promise<RecordedFrames> {
  const { instruments, records } = await readOwnCapture(dialect, file);
  const frames = records.filter((record): record is Buffer => Buffer.isBuffer(record));
  const snapshot = records.find((record): record is BookSnapshot => !Buffer.isBuffer(record));
  const [instrument] = instruments;
  if (!instrument || !snapshot) throw new Error(`${file} has no instrument or no snapshot.`);
  return {
    instrument,
    trades: frames.filter((frame) => frame.includes('@trade')),
    depth: frames.filter((frame) => frame.includes('@depth')),
    snapshot,
  };
}
