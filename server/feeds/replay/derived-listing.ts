import type { RecordedDialect } from './recorded-dialect.ts';

/** Decimals that were needed to write the prices and sizes seen. */
export interface Seen {
  priceDecimals: number;
  sizeDecimals: number;
}

const QUOTES = ['USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD', 'USD', 'EUR', 'TRY', 'BTC', 'ETH', 'BNB'];

const stepOf = (decimals: number): string => (1 / 10 ** decimals).toFixed(decimals);

/** What the venue would have listed, as far as prices and sizes tell. */
export function derivedListing(dialect: RecordedDialect, seen: ReadonlyMap<string, Seen>): string {
  const symbols = [...seen].map(([symbol, { priceDecimals, sizeDecimals }]) => {
    const [pair = symbol, delivery = 'PERP'] = symbol.split('_', 2);
    const quote = QUOTES.find((asset) => pair.endsWith(asset) && pair.length > asset.length);
    const contractType = delivery === 'PERP' ? 'PERPETUAL' : 'DATED';
    return {
      symbol,
      status: 'TRADING',
      ...(dialect === 'binance-spot' ? {} : { contractType }),
      baseAsset: quote ? pair.slice(0, -quote.length) : pair,
      quoteAsset: quote ?? 'unknown',
      filters: [
        { filterType: 'PRICE_FILTER', tickSize: stepOf(priceDecimals) },
        { filterType: 'LOT_SIZE', stepSize: stepOf(sizeDecimals) },
      ],
    };
  });
  return JSON.stringify({ rateLimits: [], symbols });
}

export function derivedRemark(seen: ReadonlyMap<string, Seen>): string {
  const steps = [...seen]
    .slice(0, 4)
    .map(
      ([symbol, { priceDecimals, sizeDecimals }]) =>
        `${symbol} tick ${stepOf(priceDecimals)}, lot ${stepOf(sizeDecimals)}`,
    );
  const more = seen.size > 4 ? ` and ${seen.size - 4} more` : '';
  return `The capture lists no instruments; tick and lot sizes were read off its prices: ${steps.join('; ')}${more}.`;
}
