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
  'binance-usdm': {
    rest: 'https://fapi.binance.com',
    ws: 'wss://fstream.binance.com',
    symbols: ['BTCUSDT', 'ETHUSDT'],
  },
  'binance-coinm': {
    rest: 'https://dapi.binance.com',
    ws: 'wss://dstream.binance.com',
    symbols: ['BTCUSD_PERP', 'ETHUSD_PERP'],
  },
  okx: {
    rest: 'https://www.okx.com',
    ws: 'wss://ws.okx.com:8443',
    symbols: ['BTC-USDT', 'ETH-USDT'],
  },
  'bybit-spot': {
    rest: 'https://api.bybit.com',
    ws: 'wss://stream.bybit.com',
    symbols: ['BTCUSDT', 'ETHUSDT'],
  },
  'bybit-linear': {
    rest: 'https://api.bybit.com',
    ws: 'wss://stream.bybit.com',
    symbols: ['BTCUSDT', 'ETHUSDT'],
  },
  'kraken-spot': {
    rest: 'https://api.kraken.com',
    ws: 'wss://ws.kraken.com',
    symbols: ['BTC/USD', 'ETH/USD'],
  },
  'kraken-futures': {
    rest: 'https://futures.kraken.com',
    ws: 'wss://futures.kraken.com',
    symbols: ['PF_XBTUSD', 'PF_ETHUSD'],
  },
  coinbase: {
    rest: 'https://api.coinbase.com',
    ws: 'wss://advanced-trade-ws.coinbase.com',
    symbols: ['BTC-USD', 'ETH-USD'],
  },
  alpaca: {
    rest: 'https://data.alpaca.markets',
    ws: 'wss://stream.data.alpaca.markets/v2/iex',
    symbols: ['SPY', 'AAPL'],
  },
};
