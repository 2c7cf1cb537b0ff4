import type { FloodVenue } from '../venue.ts';
import { alpacaVenue } from './alpaca.ts';
import { binanceVenues } from './binance.ts';
import { bybitVenues } from './bybit.ts';
import { coinbaseVenue } from './coinbase.ts';
import { krakenFuturesVenue } from './kraken-futures.ts';
import { krakenSpotVenue } from './kraken-spot.ts';
import { okxVenue } from './okx.ts';

/** One of every dialect. */
export const floodVenues = (): readonly FloodVenue[] => [
  ...binanceVenues(),
  coinbaseVenue(),
  okxVenue(),
  ...bybitVenues(),
  krakenSpotVenue(),
  krakenFuturesVenue(),
  alpacaVenue(),
];
