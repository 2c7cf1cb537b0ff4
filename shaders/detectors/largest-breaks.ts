/** What broke: how the correlations of one time differ from those of another, and the pairs that differ most. */
import type { ReturnsPanel } from '../analyses/returns-panel.ts';
import { isPresent } from '../analyses/returns-panel.ts';
import { invalidWords, isInvalid, type Correlated } from '../correlation/correlated.ts';
import { correlationBreak, type Rearranged } from './correlation-break.ts';

/** now − then, −2 … 2; invalid where either is, 0 on the diagonal. */
export function correlationChange(now: Correlated, before: Correlated): Correlated {
  return {
    matrix: now.matrix.map((rho, at) => rho - (before.matrix[at] ?? 0)),
    invalid: now.invalid.map((word, at) => word | (before.invalid[at] ?? 0)),
  };
}

export interface LargestBreak {
  readonly i: number;
  readonly j: number;
  readonly before: number;
  readonly after: number;
  /** Of this pair alone, by rearranged blocks; null where a side has too few common returns. */
  readonly p: number | null;
}

/**
 * The pairs i < j that changed most, the largest first.
 * @param panel both times, one after the other
 * @param split the column with which the later one begins
 */
export function largestBreaks(
  { now, before }: { readonly now: Correlated; readonly before: Correlated },
  panel: ReturnsPanel,
  split: number,
  { count, ...rearranged }: Rearranged & { readonly count: number },
): LargestBreak[] {
  const { n, t } = panel;
  const row = (i: number): Float64Array =>
    Float64Array.from({ length: t }, (_, k) =>
      isPresent(panel, i, k) ? (panel.returns[i * t + k] ?? 0) : Number.NaN,
    );
  return strongestPairs(correlationChange(now, before), n, count).map(({ i, j }) => {
    const found = correlationBreak(row(i), row(j), split, rearranged);
    const at = i * n + j;
    return { i, j, before: before.matrix[at] ?? 0, after: now.matrix[at] ?? 0, p: found?.p ?? null };
  });
}

/** The valid pairs i < j with the largest |value|; of equal ones the first. */
export function strongestPairs(
  { matrix, invalid }: Correlated,
  n: number,
  count: number,
): { readonly i: number; readonly j: number }[] {
  const held: { readonly i: number; readonly j: number; readonly size: number }[] = [];
  if (invalidWords(n) === 0 || count < 1) return held;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const size = Math.abs(matrix[i * n + j] ?? 0);
      if (held.length === count && size <= (held.at(-1)?.size ?? 0)) continue;
      if (isInvalid(invalid, n, i, j)) continue;
      const place = held.findIndex((each) => each.size < size);
      held.splice(place < 0 ? held.length : place, 0, { i, j, size });
      if (held.length > count) held.pop();
    }
  }
  return held.map(({ i, j }) => ({ i, j }));
}
