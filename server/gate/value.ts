import type { Instrument } from '../../protocol/instrument.ts';
import type { QuoteMicros } from '../../protocol/units.ts';

/**
 * Ticks × lots as millionths of the quote currency, rounded towards minus infinity. Null: of a contract whose
 * worth is no such product, or nobody knows.
 */
export function valueOf(tickLots: bigint, instrument: Instrument): QuoteMicros | null {
  const { contract } = instrument;
  if (contract && contract.kind !== 'linear') return null;
  const { value, scale } = contract ?? { value: 1, scale: 0 };
  const units = tickLots * BigInt(instrument.tickStep) * BigInt(instrument.lotStep) * BigInt(value);
  const shift = instrument.priceScale + instrument.sizeScale + scale - 6;
  if (shift <= 0) return (units * 10n ** BigInt(-shift)) as QuoteMicros;
  const divisor = 10n ** BigInt(shift);
  const whole = units / divisor;
  return (units < 0n && whole * divisor !== units ? whole - 1n : whole) as QuoteMicros;
}
