/** Resamples as one writes them from the definition: gather the samples of the blocks, correlate them. */
import type { BlockTable } from '../../shaders/bootstrap/block-table.ts';

export function plainBootstrap(x: Float64Array, y: Float64Array, table: BlockTable): Float64Array {
  const rhos = new Float64Array(table.offsets.length - 1);
  for (let b = 0; b < rhos.length; b++) rhos[b] = resample(x, y, table, b);
  return rhos.sort();
}

function resample(x: Float64Array, y: Float64Array, { offsets, runs }: BlockTable, b: number): number {
  const t = x.length;
  let sumX = 0;
  let sumY = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  const last = offsets[b + 1] ?? 0;
  for (let run = offsets[b] ?? 0; run < last; run++) {
    const end = runs[2 * run + 1] ?? 0;
    for (let k = runs[2 * run] ?? 0; k < end; k++) {
      const a = x[k] ?? 0;
      const c = y[k] ?? 0;
      sumX += a;
      sumY += c;
      xx += a * a;
      yy += c * c;
      xy += a * c;
    }
  }
  return (xy - (sumX * sumY) / t) / Math.sqrt((xx - sumX ** 2 / t) * (yy - sumY ** 2 / t));
}
