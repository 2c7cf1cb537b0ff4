import { join } from 'node:path';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, Dialect } from '../dialect.ts';
import type { OrderFlow } from '../flow/order-flow.ts';
import { surveyCapture } from '../replay/survey.ts';
import { capturesFolder, readLines } from './captures.ts';
import { DirectMarkets } from './direct.ts';
import { binanceCoinM, binanceUsdM } from '../dialects/binance-futures.ts';
import { binanceSpot } from '../dialects/binance-spot.ts';

/** The captures of Binance's own: one instrument, one snapshot, best prices at every update. */
export const OWN_CAPTURES = [
  { dialect: binanceSpot, file: 'spot_btcusdt_20240808.gz' },
  { dialect: binanceUsdM, file: 'usdm_btcusdt_20240808.gz' },
  { dialect: binanceCoinM, file: 'cm_btcusd_perp_20240808.gz' },
] as const;

export interface OwnCapture {
  readonly instruments: readonly Instrument[];
  /** In the order of the recording; the snapshot is among the frames. */
  readonly records: readonly (Buffer | BookSnapshot)[];
}

/** @throws Error when the capture cannot be read. */
export async function readOwnCapture(dialect: Dialect, file: string): Promise<OwnCapture> {
  const survey = await surveyCapture(join(capturesFolder, 'ws-binance', file));
  if (!survey.ok) throw new Error(survey.error.sentence);
  const listing = dialect.rest.readInstruments(JSON.parse(survey.value.listing), 'all', 'test' as VenueId);
  if (!listing.ok) throw new Error(listing.error.sentence);
  const { instruments } = listing.value;
  const [only] = instruments;
  if (!only) throw new Error(`${file} has no instrument.`);
  const records = readLines('ws-binance', file)
    .filter((line) => line !== '')
    .map((line) => {
      const text = line.slice(line.indexOf(' ') + 1);
      return text.startsWith('{"stream"') ? Buffer.from(text) : snapshotOf(dialect, only, text);
    });
  return { instruments, records };
}

function snapshotOf(dialect: Dialect, instrument: Instrument, text: string): BookSnapshot {
  const call = dialect.rest.snapshot(instrument, Infinity);
  if (!call) throw new Error('the dialect asks for no books');
  const snapshot = dialect.rest.readSnapshot(JSON.parse(text), instrument, call);
  if (!snapshot.ok) throw new Error(snapshot.error.sentence);
  // Taken for the whole book, so that no other is asked for however far the price goes.
  return { ...snapshot.value, limit: Infinity };
}

export function playDirect(
  dialect: Dialect,
  instruments: readonly Instrument[],
  records: OwnCapture['records'],
  begin?: (flow: OrderFlow) => void,
): DirectMarkets {
  const markets = new DirectMarkets(dialect, instruments, begin);
  for (const record of records) {
    if (Buffer.isBuffer(record)) markets.frame(record);
    else markets.snapshot(0, record);
  }
  return markets;
}
