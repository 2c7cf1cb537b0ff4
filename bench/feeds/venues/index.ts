import type { RecordedVenue } from '../venue.ts';
import { binanceVenues } from './binance.ts';
import { bybitVenue } from './bybit.ts';
import { coinbaseVenue } from './coinbase.ts';
import { krakenFuturesVenue } from './kraken-futures.ts';
import { krakenSpotVenue } from './kraken-spot.ts';
import { okxVenue } from './okx.ts';

/** Every dialect that was recorded; the others were written from documentation. */
export const RECORDED: readonly RecordedVenue[] = [
  ...binanceVenues,
  okxVenue,
  krakenSpotVenue,
  krakenFuturesVenue,
  bybitVenue,
  coinbaseVenue,
];
