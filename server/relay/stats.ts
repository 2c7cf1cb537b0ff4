/** What the relay measured in one window, and its figures. Pure. */
import type { RelayStats } from './port.ts';

export class Window {
  frames = 0;
  bytes = 0;
  readonly #ages: number[] = [];
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  countFrame(bytes: number): void {
    this.frames += 1;
    this.bytes += bytes;
  }

  countAge(ms: number): void {
    this.#ages.push(ms);
  }

  /** The figures of the window up to `now`, which starts the next one. */
  close(
    now: number,
    clients: number,
    slowClients: number,
    loop: { readonly p99Ms: number | null; readonly samples: number },
  ): RelayStats {
    const seconds = Math.max(1e-3, (now - this.#since) / 1000);
    const ages = this.#ages.sort((a, b) => a - b);
    const stats: RelayStats = {
      clients,
      framesPerSecond: this.frames / seconds,
      bytesPerSecond: this.bytes / seconds,
      frameAgeP50Ms: nearestRank(ages, 0.5),
      frameAgeP99Ms: nearestRank(ages, 0.99),
      frameAgeSamples: ages.length,
      slowClients,
      loopDelayP99Ms: loop.p99Ms,
      loopDelaySamples: loop.samples,
      windowSeconds: seconds,
    };
    this.frames = 0;
    this.bytes = 0;
    this.#ages.length = 0;
    this.#since = now;
    return stats;
  }
}

/** The q-quantile of what was measured (nearest rank, never interpolated); null of nothing. */
export function nearestRank(sorted: readonly number[], q: number): number | null {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}
