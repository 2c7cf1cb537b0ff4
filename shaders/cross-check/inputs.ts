import { isPresent } from '../analyses/returns-panel.ts';
import type { CorrelationInput } from '../correlation/panel.ts';
import { murmur3 } from './murmur3.ts';

/** What a row of returns is, in short. */
export interface RowInput {
  /** Returns that are there. */
  readonly samples: number;
  /** Of all columns, the missing ones too. */
  readonly digest: number;
}

/** No return rounds to this. */
const MISSING = 0x7fc00000;

/**
 * Row by row, so that one instrument's missing bar takes no other's comparison. Each return counts as the f32
 * next to it: browsers' logarithms may differ in the last bit of an f64, and that is no other input.
 */
export function rowInputs(panel: Omit<CorrelationInput, 'lambda'>): RowInput[] {
  const { n, t, returns } = panel;
  const row = new Float32Array(t);
  const bits = new Uint32Array(row.buffer);
  return Array.from({ length: n }, (_, i) => {
    let samples = 0;
    for (let k = 0; k < t; k++) {
      if (isPresent(panel, i, k)) {
        // A zero has one sign only.
        row[k] = (returns[i * t + k] ?? 0) + 0;
        samples++;
      } else bits[k] = MISSING;
    }
    return { samples, digest: murmur3(bits) };
  });
}
