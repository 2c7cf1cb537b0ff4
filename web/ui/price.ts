import { formatDecimal } from '../../protocol/decimal.ts';
import type { Instrument } from '../../protocol/instrument.ts';

type Scale = Pick<Instrument, 'priceScale' | 'tickStep'>;
export interface Tick {
  readonly decimals: number;
  /** Of 10^-decimals. */
  readonly step: number;
}

/** The decimals that a price really has: a scale of 8 with a tick of 0.01 has two. */
export function tickOf({ priceScale, tickStep }: Scale): Tick {
  let decimals = priceScale;
  let step = tickStep;
  while (decimals > 0 && step % 10 === 0) {
    step /= 10;
    decimals -= 1;
  }
  return { decimals, step };
}

export const priceDecimals = (instrument: Scale): number => tickOf(instrument).decimals;

/** A price in ticks as an exact decimal, without decimals that no price of this instrument has. */
export function priceText(ticks: number, instrument: Scale): string {
  const { decimals, step } = tickOf(instrument);
  return formatDecimal(ticks * step, decimals);
}

/** The mid exactly, with one more decimal when it lies between two ticks. */
export function midText(bid: number, ask: number, instrument: Scale): string {
  const { decimals, step } = tickOf(instrument);
  const sum = (bid + ask) * step;
  return sum % 2 === 0 ? formatDecimal(sum / 2, decimals) : formatDecimal(sum * 5, decimals + 1);
}
