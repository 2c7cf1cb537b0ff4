/** Where a venue's public market data is, and what is recorded of it unless told otherwise. */
export interface VenueAddresses {
  readonly rest: string;
  readonly ws: string;
  /** The venue's own names. */
  readonly symbols: readonly string[];
}

/** By dialect; as the venues document them. */
export const ADDRESSES: Readonly<Partial<Record<string, VenueAddresses>>> = {
  'binance-spot': {
    rest: 'https://api.binance.com',
    ws: 'wss://stream.binance.com:9443',
    symbols: ['BTCUSDT', 'ETHUSDT'],
  },
};
