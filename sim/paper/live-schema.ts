import { z } from 'zod';
import { parseDecimal } from '../../protocol/decimal.ts';
import { AMOUNT_SCALE, type InstrumentSpec } from '../market/spec.ts';

/** What we read of a live venue; whatever else it says is left alone. */
const filter = z.union([
  z.object({ filterType: z.literal('PRICE_FILTER'), tickSize: z.string() }),
  z.object({
    filterType: z.literal('LOT_SIZE'),
    minQty: z.string(),
    maxQty: z.string(),
    stepSize: z.string(),
  }),
  z.object({ filterType: z.enum(['NOTIONAL', 'MIN_NOTIONAL']), minNotional: z.string() }),
  z.object({ filterType: z.string() }),
]);
export const exchangeInfoSchema = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      baseAsset: z.string(),
      quoteAsset: z.string(),
      filters: z.array(filter),
    }),
  ),
});
type LiveSymbol = z.infer<typeof exchangeInfoSchema>['symbols'][number];

const level = z.tuple([z.string(), z.string()]).rest(z.unknown());
export const streamSchema = z.object({
  stream: z.string(),
  data: z.union([
    z.object({ e: z.literal('trade'), p: z.string(), q: z.string(), m: z.boolean(), T: z.number() }),
    z.object({ lastUpdateId: z.number(), bids: z.array(level), asks: z.array(level) }),
  ]),
});
export type LiveEvent = z.infer<typeof streamSchema>['data'];

/** A live symbol in whole ticks and lots. Throws for steps that are not powers of ten: Binance has none. */
export function specOf(live: LiveSymbol, index: number): InstrumentSpec {
  const price = live.filters.find((found) => 'tickSize' in found);
  const size = live.filters.find((found) => 'stepSize' in found);
  const notional = live.filters.find((found) => 'minNotional' in found);
  if (!price || !size) throw new Error(`The live venue publishes no ticks or lots for ${live.symbol}.`);
  const priceScale = scaleOf(price.tickSize, live.symbol);
  const sizeScale = scaleOf(size.stepSize, live.symbol);
  return {
    index,
    symbol: live.symbol,
    base: live.baseAsset,
    quote: live.quoteAsset,
    priceScale,
    sizeScale,
    startTicks: 0,
    minLots: Math.max(1, unitsOf(size.minQty, sizeScale)),
    maxLots: unitsOf(size.maxQty, sizeScale),
    minNotional: BigInt(unitsOf(notional?.minNotional ?? '0', AMOUNT_SCALE)),
    maxNotional: 10n ** 18n,
  };
}

/** A decimal of the live venue in units of 10^-scale. Throws when it does not fit. */
function unitsOf(text: string, scale: number): number {
  const parsed = parseDecimal(text, scale);
  if (!parsed.ok)
    throw new Error(`The live venue sent an amount that does not fit: ${parsed.error.sentence}`);
  return parsed.value;
}

function scaleOf(step: string, symbol: string): number {
  const match = /^(?:1(?:\.0*)?|0\.(0*)10*)$/.exec(step);
  if (!match) throw new Error(`${symbol} moves in steps of ${step}, which are not a power of ten.`);
  return match[1] === undefined ? 0 : match[1].length + 1;
}
