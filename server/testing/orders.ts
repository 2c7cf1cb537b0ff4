import type { Instrument } from '../../protocol/instrument.ts';
import type { OrderRequest } from '../../protocol/orders.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../protocol/units.ts';

/** Tick 0.01, lot 0.001, at the venue `sim`. */
export function instrument(index: number, symbol: string): Instrument {
  const base = symbol.replace(/USDT$/, '');
  return {
    index: index as InstrumentIndex,
    venue: 'sim' as VenueId,
    symbol,
    name: `${base}-USDT`,
    base,
    quote: 'USDT',
    priceScale: 2,
    tickStep: 1,
    sizeScale: 3,
    lotStep: 1,
    minLots: 1 as Lots,
    maxLots: 100_000 as Lots,
    minNotional: '1000000',
  };
}

let count = 0;
/** Buy 1 BTCUSDT at 100, with a client id of its own. */
export function request(change: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientId: `test-${++count}`,
    symbol: 'BTCUSDT',
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: '100',
    size: '1',
    reduceOnly: false,
    ...change,
  };
}
