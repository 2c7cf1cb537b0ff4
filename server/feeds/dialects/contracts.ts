import type { Contract } from '../../../protocol/contract.ts';
import { readStep } from './steps.ts';

/** What a venue says of a contract, each as it writes it; null where it says nothing. */
export interface ListedContract {
  readonly kind: 'linear' | 'inverse' | null;
  /** Decimals whose product one unit of size stands for. */
  readonly factors: readonly (string | null)[];
  readonly settle: string | null;
}

/** A contract of what was listed; what is not said, or is no decimal, makes it unknown. */
export function contractOf({ kind, factors, settle }: ListedContract): Contract {
  let [value, scale] = [1, 0];
  for (const factor of factors) {
    const step = readStep(factor);
    if (!step) return { kind: 'unknown' };
    value *= step.step;
    scale += step.scale;
  }
  if (kind === null || settle === null || settle === '' || !Number.isSafeInteger(value)) {
    return { kind: 'unknown' };
  }
  return { kind, value, scale, settle };
}
