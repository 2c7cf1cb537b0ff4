import type { Instrument } from '../../../protocol/instrument.ts';

/** What numbers of an instrument are counted in. */
export type Units = Pick<Instrument, 'priceScale' | 'tickStep' | 'sizeScale' | 'lotStep'>;

/**
 * Always made here: instruments are made by each dialect in its own way, and the compiler reads fields
 * of objects that are made alike several times as fast.
 */
export const unitsOf = ({ priceScale, tickStep, sizeScale, lotStep }: Instrument): Units => ({
  priceScale,
  tickStep,
  sizeScale,
  lotStep,
});

/**
 * Whole ticks or lots of a whole number of units; −1 where it lies between two, or is none. By division:
 * the remainder of two doubles takes ten times as long, and up to 2^53 the product tells as much.
 */
export function stepsOf(units: number, step: number): number {
  if (step === 1 || units < 0) return units < 0 ? -1 : units;
  const steps = Math.floor(units / step);
  return steps * step === units ? steps : -1;
}
