import { createStore } from 'zustand/vanilla';

/** Heartbeats come four times a second: this long without one and the path is not live. */
export const FROZEN_AFTER_MS = 1500;

/**
 * The running clock, moved by the data's own path: it shows the server's time in the newest frame
 * drawn and nothing else, so a frozen path stops it. `estimatedNow` is only for ages.
 */
export interface PathClockView {
  /** Server's time in the newest frame, µs; null before the first. */
  readonly sentAt: number | null;
  /** Since that frame was drawn, ms, by our own clock. */
  readonly silentMs: number;
  readonly frozen: boolean;
  /** Server's clock now, µs: the newest frame's time and what passed here since. */
  readonly estimatedNow: number;
}

/** `monotonic` in ms; it is read when a frame is drawn and at each `beat`. */
export function createPathClock(monotonic: () => number) {
  let drawnAt = monotonic();
  const store = createStore<PathClockView>(() => ({
    sentAt: null,
    silentMs: 0,
    frozen: true,
    estimatedNow: 0,
  }));
  return {
    ...store,
    /** A frame was drawn. Texts that show the second change only when the second does. */
    drawn(sentAt: number): void {
      drawnAt = monotonic();
      store.setState({ sentAt, silentMs: 0, frozen: false, estimatedNow: sentAt });
    },
    /** The page's own timer: nothing but silence and ages moves by it. */
    beat(): void {
      const { sentAt } = store.getState();
      const silentMs = monotonic() - drawnAt;
      const frozen = sentAt === null || silentMs > FROZEN_AFTER_MS;
      store.setState({ silentMs, frozen, estimatedNow: sentAt === null ? 0 : sentAt + silentMs * 1000 });
    },
  };
}
export type PathClock = ReturnType<typeof createPathClock>;
