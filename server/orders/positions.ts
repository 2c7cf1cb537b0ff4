import type { Instrument } from '../../protocol/instrument.ts';
import type { Position } from '../../protocol/orders.ts';
import type { Lots, Micros } from '../../protocol/units.ts';
import type { Exposure } from '../gate/exposure.ts';
import { valueOf } from '../gate/value.ts';
import { averageMilliTicks, INVERSE_UNITS, type Holding, type Tally } from './holdings.ts';

/** One instrument's position as consoles see it. */
export function positionView(
  instrument: Instrument,
  holding: Holding,
  exposure: Exposure,
  venueSize: Lots | null,
  now: Micros,
): Position {
  return {
    instrument: instrument.index,
    size: holding.size as Lots,
    averageMilliTicks: averageMilliTicks(holding, instrument.contract?.kind === 'inverse'),
    venueSize,
    openBuy: exposure.openBuy as Lots,
    openSell: exposure.openSell as Lots,
    realised: realisedOf(instrument, holding),
    updatedAt: now,
  };
}

/** Decimals of an amount that is paid in a coin. */
const COIN_DECIMALS = 8;

function realisedOf(instrument: Instrument, { linear, inverse }: Holding): Position['realised'] {
  const { contract } = instrument;
  if (contract?.kind === 'inverse') {
    const amount = coinsOf(inverse, instrument, contract).toString();
    return { amount, decimals: COIN_DECIMALS, currency: contract.settle };
  }
  const value = valueOf(linear.realised, instrument);
  return value === null ? null : { amount: value.toString(), decimals: 6, currency: instrument.quote };
}

/** contracts × value ÷ price, in 10^-8 of what the contract settles in, rounded towards minus infinity. */
function coinsOf(
  { realised }: Tally,
  { priceScale, tickStep, sizeScale, lotStep }: Instrument,
  { value, scale }: { readonly value: number; readonly scale: number },
): bigint {
  const numerator = realised * BigInt(lotStep) * BigInt(value) * 10n ** BigInt(priceScale + COIN_DECIMALS);
  const denominator = INVERSE_UNITS * BigInt(tickStep) * 10n ** BigInt(sizeScale + scale);
  const whole = numerator / denominator;
  return numerator < 0n && whole * denominator !== numerator ? whole - 1n : whole;
}
