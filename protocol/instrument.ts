import { z } from 'zod';
import { contractSchema } from './contract.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { ok, refuse, type Result } from './result.ts';
import { unitSchema, type Lots, type QuoteMicros, type Ticks } from './units.ts';

/**
 * What trades, and in which whole numbers. One tick is `tickStep` × 10^-priceScale of the quote
 * currency, one lot is `lotStep` × 10^-sizeScale units of size: of the base currency, or of contracts.
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
  /** Of a derivative: what one unit of size stands for. A spot pair has none: a unit is one of its base. */
  contract: contractSchema.optional(),
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

export function formatPrice(ticks: Ticks, instrument: Pick<Instrument, 'priceScale' | 'tickStep'>): string {
  return formatDecimal(ticks * instrument.tickStep, instrument.priceScale);
}

export function formatSize(lots: Lots, instrument: Pick<Instrument, 'sizeScale' | 'lotStep'>): string {
  return formatDecimal(lots * instrument.lotStep, instrument.sizeScale);
}

function tickText(instrument: Instrument): string {
  return formatDecimal(instrument.tickStep, instrument.priceScale);
}

/**
 * What a size is counted in: `BTC`, or the venue's own contracts, which those of another venue are not
 * comparable with.
 */
export function sizeUnit({ base, contract }: Pick<Instrument, 'base' | 'contract'>): string {
  const isOfBase = !contract || (contract.kind === 'linear' && contract.value === 10 ** contract.scale);
  return isOfBase ? base : 'contracts';
}

/** What one unit of size stands for, as `value` × 10^-scale. */
const ONE = { kind: 'linear', value: 1, scale: 0 } as const;

/**
 * What `lots` are worth at `ticks`, in millionths of the quote currency, rounded away from zero (never
 * understated): contracts × value × price; of an inverse contract contracts × value, at any price.
 * Null: nobody knows what a contract stands for.
 */
export function notional(instrument: Instrument, ticks: Ticks, lots: Lots): QuoteMicros | null {
  const { contract = ONE, priceScale, tickStep, sizeScale, lotStep } = instrument;
  if (contract.kind === 'unknown') return null;
  const units = BigInt(lots) * BigInt(lotStep) * BigInt(contract.value);
  const scale = sizeScale + contract.scale;
  if (contract.kind === 'inverse') return awayFromZero(units * MICROS, 10n ** BigInt(scale)) as QuoteMicros;
  const worth = units * BigInt(ticks) * BigInt(tickStep);
  return awayFromZero(worth * MICROS, 10n ** BigInt(scale + priceScale)) as QuoteMicros;
}

/**
 * The same of an inverse contract in what it settles in, in units of 10^-8: contracts × value ÷ price.
 * Null: it is none, or there is no price.
 */
export function settledWorth(instrument: Instrument, ticks: Ticks, lots: Lots): bigint | null {
  const { contract, priceScale, tickStep, sizeScale, lotStep } = instrument;
  if (contract?.kind !== 'inverse' || !(ticks > 0)) return null;
  const units = BigInt(lots) * BigInt(lotStep) * BigInt(contract.value) * 10n ** BigInt(priceScale + 8);
  return awayFromZero(units, BigInt(ticks) * BigInt(tickStep) * 10n ** BigInt(sizeScale + contract.scale));
}

const MICROS = 1_000_000n;

function awayFromZero(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  if (whole * denominator === numerator) return whole;
  return numerator < 0n ? whole - 1n : whole + 1n;
}
