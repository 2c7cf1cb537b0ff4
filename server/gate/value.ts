import type { Instrument } from '../../protocol/instrument.ts';
import type { QuoteMicros } from '../../protocol/units.ts';

/** Ticks × lots as millionths of the quote currency, rounded towards minus infinity. */
export function valueOf(tickLots: bigint, instrument: Instrument): QuoteMicros {
  const units = tickLots * BigInt(instrument.tickStep) * BigInt(instrument.lotStep);
  const shift = instrument.priceScale + instrument.sizeScale - 6;
  if (shift <= 0) return (units * 10n ** BigInt(-shift)) as QuoteMicros;
  const divisor = 10n ** BigInt(shift);
  const whole = units / divisor;
  return (units < 0n && whole * divisor !== units ? whole - 1n : whole) as QuoteMicros;
}
