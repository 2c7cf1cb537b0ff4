import { createStore } from 'zustand/vanilla';

/** Heartbeats come four times a second: this long without one and the path is not live. */
export const FROZEN_AFTER_MS = 1500;
/** A frame that was longer on its way shows a market that is not this one any more. */
export const LATE_AFTER_MS = 1000;

/**
 * The running clock, moved by the data's own path: it shows the server's time in the newest frame
 * drawn and nothing else, so a frozen path stops it. `estimatedNow` is only for ages.
 */
export interface PathClockView {
  /** Server's time in the newest frame, µs; null before the first. */
  readonly sentAt: number | null;
  /** Since that frame was drawn, ms, by our own clock. */
  readonly silentMs: number;
  /** How long the newest frame was on its way, ms; 0 while the clocks' offset is not known. */
  readonly lagMs: number;
  readonly frozen: boolean;
  readonly late: boolean;
  /** Frozen, late, or not served what was asked for: no value of the path is fresh. */
  readonly stale: boolean;
  /** Our own clock at the last change of this, ms. */
  readonly monotonicMs: number;
  /** Server's clock now, µs: the newest frame's time, its way, and what passed here since. */
  readonly estimatedNow: number;
}

/** `monotonic` in ms; it is read when a frame is drawn and at each `beat`. */
export function createPathClock(monotonic: () => number) {
  let drawnAt = monotonic();
  let isServed = true;
  const store = createStore<PathClockView>(() => ({
    sentAt: null,
    silentMs: 0,
    lagMs: 0,
    frozen: true,
    late: false,
    stale: true,
    monotonicMs: 0,
    estimatedNow: 0,
  }));
  const show = (sentAt: number | null, lagMs: number): void => {
    const monotonicMs = monotonic();
    const silentMs = monotonicMs - drawnAt;
    const frozen = sentAt === null || silentMs > FROZEN_AFTER_MS;
    const late = lagMs > LATE_AFTER_MS;
    const estimatedNow = sentAt === null ? 0 : sentAt + (lagMs + silentMs) * 1000;
    const stale = frozen || late || !isServed;
    store.setState({ sentAt, silentMs, lagMs, frozen, late, stale, monotonicMs, estimatedNow });
  };
  return {
    ...store,
    /** A frame was drawn; `serverNow` (µs) is the server's clock when it came, if that is known. */
    drawn(sentAt: number, serverNow: number | null): void {
      drawnAt = monotonic();
      show(sentAt, serverNow === null ? 0 : Math.max(0, (serverNow - sentAt) / 1000));
    },
    /** The page's own timer: nothing but silence and ages moves by it. */
    beat(): void {
      const { sentAt, lagMs } = store.getState();
      show(sentAt, lagMs);
    },
    /** Whether the server serves what this console watches. */
    served(served: boolean): void {
      isServed = served;
      this.beat();
    },
  };
}
export type PathClock = ReturnType<typeof createPathClock>;
