import type { Correlated } from '../correlation/correlated.ts';
import { largestDifference } from './kernels.ts';

/** Of a device's results, the first and then one in so many is compared with the CPU's. */
const CHECK_EVERY = 64;

/** How far a device's correlations were off, where they were looked at. Begins anew with each device. */
export class DeviceChecks {
  #generation = 0;
  #results = 0;
  checks = 0;
  /** Of all that were compared. */
  maxError = 0;

  /** Of a result of this device: the largest error, or 0 where it is not its turn to be compared. */
  error(generation: number, correlated: Correlated, expected: () => Float32Array): number {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#results = this.checks = this.maxError = 0;
    }
    if (this.#results++ % CHECK_EVERY !== 0) return 0;
    const error = largestDifference(correlated, expected());
    this.checks++;
    this.maxError = Math.max(this.maxError, error);
    return error;
  }
}
