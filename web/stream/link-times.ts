import type { LinkTimes } from './port.ts';

interface Sample {
  readonly at: number;
  readonly rtt: number;
  readonly offset: number;
}

/**
 * Round trips and clock offset over a sliding window, as NTP reads them: the sample with the
 * shortest round trip is the best witness of the offset, and half of it bounds the error.
 * All times in ms.
 */
export class LinkClock {
  readonly #windowMs: number;
  #samples: Sample[] = [];

  constructor(windowMs = 300_000) {
    this.#windowMs = windowMs;
  }

  /** One exchange: sent and received by our clock, the server's clock in between. */
  measured(sentMs: number, receivedMs: number, serverMs: number): LinkTimes {
    const rtt = Math.max(0, receivedMs - sentMs);
    this.#samples.push({ at: receivedMs, rtt, offset: serverMs - (sentMs + receivedMs) / 2 });
    this.#samples = this.#samples.filter((sample) => receivedMs - sample.at <= this.#windowMs);
    return this.#read();
  }

  /** Server's clock at `nowMs` of ours, µs; null before the first exchange. */
  serverAt(nowMs: number): number | null {
    const best = this.#best();
    return best === null ? null : Math.round((nowMs + best.offset) * 1000);
  }

  /** After a reconnect or a sleep the old offsets say nothing. */
  clear(): void {
    this.#samples = [];
  }

  #best(): Sample | null {
    const recent = this.#samples.slice(-8);
    return recent.reduce<Sample | null>((a, b) => (a === null || b.rtt < a.rtt ? b : a), null);
  }

  #read(): LinkTimes {
    const rtts = this.#samples.map((sample) => sample.rtt).sort((a, b) => a - b);
    const best = this.#best();
    return {
      kind: 'times',
      p50: quantile(rtts, 0.5),
      p95: quantile(rtts, 0.95),
      samples: rtts.length,
      windowSeconds: this.#windowMs / 1000,
      offsetMs: best?.offset ?? 0,
      uncertaintyMs: (best?.rtt ?? 0) / 2,
    };
  }
}

/** Nearest-rank quantile of ascending values. */
export function quantile(ascending: readonly number[], q: number): number {
  const rank = Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1));
  return ascending[rank] ?? 0;
}
