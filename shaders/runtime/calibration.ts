/** Which of two backends is faster here: measured, not assumed. */

/** Medians of the same work in turns, ms. */
export interface Calibration {
  readonly gpuMs: number;
  readonly cpuMs: number;
  /** The known case: rows × samples. */
  readonly n: number;
  readonly t: number;
}

export interface Contest {
  readonly gpu: () => Promise<unknown>;
  readonly cpu: () => unknown;
  /** ms of a monotonic clock. */
  readonly now: () => number;
}

const ROUNDS = 3;

/** One run of each to warm up, then turn by turn. Rejects with what the GPU's work rejects with. */
export async function calibrate({ gpu, cpu, now }: Contest): Promise<Pick<Calibration, 'gpuMs' | 'cpuMs'>> {
  const gpuTimes: number[] = [];
  const cpuTimes: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = now();
    await gpu();
    const between = now();
    await cpu();
    if (round === 0) continue;
    gpuTimes.push(between - started);
    cpuTimes.push(now() - between);
  }
  return { gpuMs: middle(gpuTimes), cpuMs: middle(cpuTimes) };
}

/** A tie goes to the GPU: the processor has the rest of the console to serve. */
export const gpuIsFaster = ({ gpuMs, cpuMs }: Calibration): boolean => gpuMs <= cpuMs;

function middle(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
