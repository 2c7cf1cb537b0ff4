import { parseDecimal } from '../../../protocol/decimal.ts';
import type { Lots } from '../../../protocol/units.ts';

/** A tick or a lot: `step` × 10^-scale. */
export interface Step {
  readonly scale: number;
  readonly step: number;
}

/** "0.01000000" → scale 2, step 1; "0.50" → scale 1, step 5; "10.00" → scale 0, step 10. */
export function readStep(text: string | null): Step | null {
  if (text === null || !/^\d{1,12}(\.\d{1,12})?$/.test(text)) return null;
  const [whole = '0', fraction = ''] = text.split('.');
  const decimals = fraction.replace(/0+$/, '');
  const step = Number(whole + decimals);
  return Number.isSafeInteger(step) && step > 0 ? { scale: decimals.length, step } : null;
}

/** A limit of an order's size in whole lots, rounded down; `otherwise` where the venue does not say a size. */
export function lotsOf(text: string | null, lot: Step, otherwise: number): Lots {
  const units = text === null ? null : parseDecimal(text, lot.scale);
  if (!units) return otherwise as Lots;
  if (units.ok) return Math.floor(units.value / lot.step) as Lots;
  return (units.error.code === 'too-large' ? Number.MAX_SAFE_INTEGER : otherwise) as Lots;
}
