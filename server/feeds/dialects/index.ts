import type { Dialect } from '../dialect.ts';
import { alpaca } from './alpaca.ts';
import { binanceCoinM, binanceUsdM } from './binance-futures.ts';
import { binanceSpot } from './binance-spot.ts';
import { bybitLinear, bybitSpot } from './bybit.ts';
import { coinbase } from './coinbase.ts';
import { krakenFutures } from './kraken-futures.ts';
import { krakenSpot } from './kraken-spot.ts';
import { okx } from './okx.ts';

/** Every venue whose public market data can be read. */
export const dialects: readonly Dialect[] = [
  binanceSpot,
  binanceUsdM,
  binanceCoinM,
  coinbase,
  okx,
  bybitSpot,
  bybitLinear,
  krakenSpot,
  krakenFutures,
  alpaca,
];
