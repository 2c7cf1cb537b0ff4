/**
 * The block bootstrap of a correlation by its definition, in f64: the samples that a resample takes,
 * one by one, and their correlation. What the kernels are tested against. Slow on purpose.
 */
import type { BlockTable } from './block-table.ts';

/** The correlation of x and y (the same length) in each resample; NaN where one of them stands still. */
export function bootstrapReference(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  table: BlockTable,
): Float64Array {
  return Float64Array.from({ length: table.offsets.length - 1 }, (_, b) => {
    const taken = samplesOf(table, b);
    return correlation(
      taken.map((k) => x[k] ?? Number.NaN),
      taken.map((k) => y[k] ?? Number.NaN),
    );
  });
}

export function samplesOf({ offsets, runs }: BlockTable, resample: number): number[] {
  const taken: number[] = [];
  for (let run = offsets[resample] ?? 0; run < (offsets[resample + 1] ?? 0); run++) {
    for (let k = runs[2 * run] ?? 0; k < (runs[2 * run + 1] ?? 0); k++) taken.push(k);
  }
  return taken;
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, k) => {
    const dx = value - meanX;
    const dy = (y[k] ?? 0) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}
