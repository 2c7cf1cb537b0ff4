import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { instrumentSchema, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';
import type { Listing } from '../dialect.ts';
import { contractOf } from './contracts.ts';
import { plainDecimal } from './exact-numbers.ts';
import { listOf } from './list-of.ts';
import { lotsOf, readStep } from './steps.ts';

const symbolSchema = z.object({
  symbol: z.string(),
  /** COIN-M calls it `contractStatus`. */
  status: z.string().optional(),
  contractStatus: z.string().optional(),
  contractType: z.string().optional(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  /** Of a derivative: what it settles in. */
  marginAsset: z.string().optional(),
  /** Of COIN-M: dollars a contract. */
  contractSize: z.number().optional(),
  filters: listOf(z.looseObject({ filterType: z.string() })),
});
const exchangeSchema = z.object({
  rateLimits: listOf(
    z.object({
      rateLimitType: z.string(),
      interval: z.string(),
      intervalNum: z.number(),
      limit: z.number(),
    }),
  ),
  symbols: z.array(z.unknown()),
});
export type ListedSymbol = z.infer<typeof symbolSchema>;

/** What Binance's markets differ in when they list what trades. */
export interface ListingRules {
  /** Whether the venue can be asked for some symbols only. */
  readonly bySymbol: boolean;
  /** The name that people read; null when the entry does not tell what it is. */
  name(listed: ListedSymbol): string | null;
}

/** `BTC-USDT` */
export function spotName({ baseAsset, quoteAsset }: ListedSymbol): string {
  return `${baseAsset}-${quoteAsset}`;
}

/** `BTC-USDT-PERP`; `BTC-USD-211231`, after the day in `BTCUSD_211231`. */
export function contractName({ symbol, baseAsset, quoteAsset, contractType }: ListedSymbol): string | null {
  const delivery = /_(\d{6})$/.exec(symbol)?.[1];
  if (delivery !== undefined) return `${baseAsset}-${quoteAsset}-${delivery}`;
  return contractType?.includes('PERPETUAL') === true ? `${baseAsset}-${quoteAsset}-PERP` : null;
}

/** Instruments from Binance's `exchangeInfo`: nothing in it is trusted. */
export function readListing(
  rules: ListingRules,
  answer: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const exchange = exchangeSchema.safeParse(answer);
  if (!exchange.success) return refuse('schema', "The venue's list of symbols is not one.");
  const instruments: Instrument[] = [];
  const wanted = symbols === 'all' ? null : new Set(symbols);
  const bySymbol = new Map<string, ListedSymbol>();
  for (const raw of exchange.data.symbols) {
    const name = z.object({ symbol: z.string() }).safeParse(raw);
    if (!name.success || (wanted && !wanted.has(name.data.symbol))) continue;
    const listed = symbolSchema.safeParse(raw);
    if (!listed.success) return refuse('schema', `The venue's entry for ${name.data.symbol} is incomplete.`);
    bySymbol.set(name.data.symbol, listed.data);
  }
  // In the order that was asked for, so that the console shows the configured order.
  for (const symbol of symbols === 'all' ? bySymbol.keys() : symbols) {
    const listed = bySymbol.get(symbol);
    if (!listed) return refuse('unknown-symbol', `The venue does not list ${symbol}.`);
    if (symbols === 'all' && (listed.status ?? listed.contractStatus) !== 'TRADING') continue;
    const instrument = readInstrument(rules, listed, instruments.length, venue);
    if (!instrument.ok) return instrument;
    instruments.push(instrument.value);
  }
  if (instruments.length === 0) return refuse('no-symbols', 'The venue lists no symbol that trades.');
  const weight = exchange.data.rateLimits.find(
    (limit) => limit.rateLimitType === 'REQUEST_WEIGHT' && limit.interval === 'MINUTE',
  );
  return ok({
    instruments,
    weightPerMinute: weight ? Math.floor(weight.limit / weight.intervalNum) : null,
  });
}

/** Sizes of USD-M are in the base asset, of COIN-M in contracts of so many dollars. */
function contractIn(listed: ListedSymbol): Pick<Instrument, 'contract'> {
  const { contractType, contractSize, marginAsset = null, baseAsset, quoteAsset } = listed;
  if (contractType === undefined) return {};
  const isInverse = marginAsset === baseAsset && contractSize !== undefined;
  const isLinear = marginAsset === quoteAsset && contractSize === undefined;
  return {
    contract: contractOf({
      kind: isInverse ? 'inverse' : isLinear ? 'linear' : null,
      factors: [isInverse ? plainDecimal(String(contractSize)) : '1'],
      settle: marginAsset,
    }),
  };
}

function readInstrument(
  rules: ListingRules,
  listed: ListedSymbol,
  index: number,
  venue: VenueId,
): Result<Instrument> {
  const filter = (type: string, field: string): string | null => {
    const value = listed.filters.find((one) => one.filterType === type)?.[field];
    return typeof value === 'string' ? value : null;
  };
  const tick = readStep(filter('PRICE_FILTER', 'tickSize'));
  const lot = readStep(filter('LOT_SIZE', 'stepSize'));
  if (!tick || !lot) return refuse('schema', `The venue gives no tick or lot size for ${listed.symbol}.`);
  const least =
    filter('NOTIONAL', 'minNotional') ??
    filter('MIN_NOTIONAL', 'minNotional') ??
    filter('MIN_NOTIONAL', 'notional');
  const notional = least === null ? null : parseDecimal(least, 8);
  const name = rules.name(listed);
  if (name === null)
    return refuse('schema', `The venue does not say what kind of contract ${listed.symbol} is.`);
  const instrument = instrumentSchema.safeParse({
    index: index as InstrumentIndex,
    venue,
    symbol: listed.symbol,
    name,
    base: listed.baseAsset,
    quote: listed.quoteAsset,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: lot.scale,
    lotStep: lot.step,
    minLots: Math.max(1, lotsOf(filter('LOT_SIZE', 'minQty'), lot, 1)) as Lots,
    maxLots: lotsOf(filter('LOT_SIZE', 'maxQty'), lot, Number.MAX_SAFE_INTEGER),
    // Rounded up: an order at the least value must not fall below it.
    minNotional: String(notional?.ok ? Math.ceil(notional.value / 100) : 0),
    ...contractIn(listed),
  });
  if (!instrument.success) return refuse('schema', `The venue's entry for ${listed.symbol} is not usable.`);
  return ok(instrument.data);
}
