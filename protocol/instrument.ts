import { z } from 'zod';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { ok, refuse, type Result } from './result.ts';
import { unitSchema, type Lots, type QuoteMicros, type Ticks } from './units.ts';

/**
 * What trades, and in which whole numbers. One tick is `tickStep` × 10^-priceScale of the quote
 * currency, one lot is `lotStep` × 10^-sizeScale of the base currency.
 */
export const instrumentSchema = z.object({
  index: unitSchema.instrument,
  venue: unitSchema.venue,
  /** The venue's own name: `BTCUSDT`, `BTC/USD`. */
  symbol: z.string().regex(/^[A-Za-z0-9_./-]{1,40}$/),
  /** What people read: `BTC-USDT`. */
  name: z.string().min(1).max(40),
  base: z.string().min(1).max(20),
  quote: z.string().min(1).max(20),
  priceScale: z.number().int().min(0).max(12),
  tickStep: z.number().int().positive(),
  sizeScale: z.number().int().min(0).max(12),
  lotStep: z.number().int().positive(),
  minLots: unitSchema.lots,
  maxLots: unitSchema.lots,
  /** Least order value, millionths of the quote currency. */
  minNotional: unitSchema.quoteMicros,
});
export type Instrument = z.infer<typeof instrumentSchema>;

/** A decimal price as ticks; refused when it is not on the instrument's tick. */
export function parsePrice(text: string, instrument: Instrument): Result<Ticks> {
  const units = parseDecimal(text, instrument.priceScale);
  if (!units.ok) return units;
  if (units.value % instrument.tickStep !== 0) {
    return refuse('wrong-tick', `${text} is not on ${instrument.name}'s tick of ${tickText(instrument)}.`);
  }
  return ok((units.value / instrument.tickStep) as Ticks);
}

/** A decimal size as lots; refused when it is not a whole number of the instrument's lots. */
export function parseSize(text: string, instrument: Instrument): Result<Lots> {
  const units = parseDecimal(text, instrument.sizeScale);
  if (!units.ok) return units;
  if (units.value % instrument.lotStep !== 0) {
    return refuse('wrong-lot', `${text} is not a whole number of ${instrument.name}'s lots.`);
  }
  return ok((units.value / instrument.lotStep) as Lots);
}

export function formatPrice(ticks: Ticks, instrument: Instrument): string {
  return formatDecimal(ticks * instrument.tickStep, instrument.priceScale);
}

export function formatSize(lots: Lots, instrument: Instrument): string {
  return formatDecimal(lots * instrument.lotStep, instrument.sizeScale);
}

function tickText(instrument: Instrument): string {
  return formatDecimal(instrument.tickStep, instrument.priceScale);
}

/** ticks × lots in millionths of the quote currency, rounded away from zero (never understated). */
export function notional(instrument: Instrument, ticks: Ticks, lots: Lots): QuoteMicros {
  const units = BigInt(ticks) * BigInt(instrument.tickStep) * BigInt(lots) * BigInt(instrument.lotStep);
  const shift = instrument.priceScale + instrument.sizeScale - 6;
  if (shift <= 0) return (units * 10n ** BigInt(-shift)) as QuoteMicros;
  const divisor = 10n ** BigInt(shift);
  const whole = units / divisor;
  if (whole * divisor === units) return whole as QuoteMicros;
  return (units < 0n ? whole - 1n : whole + 1n) as QuoteMicros;
}
