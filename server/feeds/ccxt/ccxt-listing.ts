import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { instrumentSchema, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { contractOf } from '../dialects/contracts.ts';
import { lotsOf, readStep } from '../dialects/steps.ts';

/** ccxt's `TICK_SIZE`: a precision is the size of a tick. */
const TICK_SIZE = 4;

const limit = z.object({ min: z.number().nullish(), max: z.number().nullish() }).nullish();
const marketSchema = z.object({
  id: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  type: z.enum(['spot', 'swap', 'future']),
  active: z.boolean().nullish(),
  expiry: z.number().nullish(),
  linear: z.boolean().nullish(),
  inverse: z.boolean().nullish(),
  contractSize: z.number().nullish(),
  settle: z.string().nullish(),
  precision: z.object({ price: z.number(), amount: z.number() }),
  limits: z.object({ amount: limit, cost: limit }),
});
type CcxtMarket = z.infer<typeof marketSchema>;

export interface CcxtListing {
  readonly instruments: readonly Instrument[];
  /** ccxt's unified name of each: `BTC/USDT`. */
  readonly unified: readonly string[];
}

export interface CcxtMarkets {
  /** What `loadMarkets` answered. */
  readonly markets: unknown;
  readonly precisionMode: unknown;
  readonly numberToString: (value: number) => string;
}

/** Instruments from ccxt's markets, by ccxt's names or the venue's. Codes as of any listing. */
export function readCcxtMarkets(
  { markets, precisionMode, numberToString }: CcxtMarkets,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<CcxtListing> {
  if (precisionMode !== TICK_SIZE) {
    return refuse('no-symbols', 'ccxt does not tell the tick sizes of this exchange.');
  }
  const known: CcxtMarket[] = [];
  for (const raw of Object.values(z.record(z.string(), z.unknown()).safeParse(markets).data ?? {})) {
    const market = marketSchema.safeParse(raw);
    if (market.success) known.push(market.data);
  }
  const instruments: Instrument[] = [];
  const unified: string[] = [];
  const wanted = symbols === 'all' ? known.filter(({ active }) => active !== false) : symbols;
  for (const one of wanted) {
    const name = typeof one === 'string' ? one : one.symbol;
    const market = known.find(({ id, symbol }) => symbol === name || id === name);
    if (!market) return refuse('unknown-symbol', `ccxt does not list ${name.slice(0, 40)}.`);
    const instrument = readMarket(market, instruments.length, venue, numberToString);
    if (!instrument.ok) return instrument;
    instruments.push(instrument.value);
    unified.push(market.symbol);
  }
  if (instruments.length === 0) return refuse('no-symbols', 'ccxt lists no market that trades.');
  return ok({ instruments, unified });
}

function readMarket(
  market: CcxtMarket,
  index: number,
  venue: VenueId,
  text: (value: number) => string,
): Result<Instrument> {
  const tick = readStep(text(market.precision.price));
  const lot = readStep(text(market.precision.amount));
  if (!tick || !lot) return refuse('no-symbols', `ccxt gives no tick or lot size for ${market.symbol}.`);
  const { amount, cost } = market.limits;
  const most = amount?.max ? lotsOf(text(amount.max), lot, Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
  const least = cost?.min ? parseDecimal(text(cost.min), 6) : null;
  const instrument = instrumentSchema.safeParse({
    index,
    venue,
    symbol: market.id,
    name: nameOf(market),
    base: market.base,
    quote: market.quote,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: lot.scale,
    lotStep: lot.step,
    minLots: Math.max(1, amount?.min ? lotsOf(text(amount.min), lot, 1) : 1),
    maxLots: most,
    minNotional: String(least?.ok ? least.value : 0),
    ...contractIn(market, text),
  });
  return instrument.success
    ? ok(instrument.data)
    : refuse('no-symbols', `ccxt's entry for ${market.symbol} is not usable.`);
}

function contractIn(market: CcxtMarket, text: (value: number) => string): Pick<Instrument, 'contract'> {
  const { type, linear, inverse, contractSize, settle } = market;
  if (type === 'spot') return {};
  return {
    contract: contractOf({
      kind: linear === true ? 'linear' : inverse === true ? 'inverse' : null,
      factors: [contractSize ? text(contractSize) : null],
      settle: settle ?? null,
    }),
  };
}

/** `BTC-USDT`, `BTC-USDT-PERP`, `BTC-USD-211231`. */
function nameOf({ base, quote, type, expiry }: CcxtMarket): string {
  const pair = `${base}-${quote}`;
  if (type === 'swap') return `${pair}-PERP`;
  if (type === 'spot' || !expiry) return pair;
  return `${pair}-${new Date(expiry).toISOString().slice(2, 10).replaceAll('-', '')}`;
}
