/** One exchange of clocks, ms: ours (monotonic) at sending and receiving, the venue's in between. */
interface Sample {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/** The venue's clock against ours: the exchange with the shortest round trip of the last eight. */
export class TimeOffset {
  #samples: Sample[] = [];

  add(sentMs: number, venueMs: number, receivedMs: number): void {
    const uncertaintyMs = (receivedMs - sentMs) / 2;
    if (!(uncertaintyMs >= 0) || !Number.isFinite(venueMs)) return;
    this.#samples.push({ offsetMs: venueMs - (sentMs + uncertaintyMs), uncertaintyMs });
    this.#samples = this.#samples.slice(-8);
  }

  /** The venue refused our time: what was measured no longer holds. */
  forget(): void {
    this.#samples = [];
  }

  best(): Sample | null {
    let best: Sample | null = null;
    for (const sample of this.#samples) {
      if (!best || sample.uncertaintyMs <= best.uncertaintyMs) best = sample;
    }
    return best;
  }
}
