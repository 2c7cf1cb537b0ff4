import { createStore } from 'zustand/vanilla';

/** The page about itself: what the operator's own machine does to what they see. */
export interface PageHealthView {
  /** Event-loop delay of the main thread over the window, ms. */
  readonly delayP50: number | null;
  readonly delayP99: number | null;
  readonly delaySamples: number;
  /** Tasks over 50 ms since load, and the longest. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** When the last one ended, monotonic ms; null = none. */
  readonly lastLongTaskAt: number | null;
  /** Frame received to frame drawn, ms. */
  readonly drawP50: number | null;
  readonly drawP99: number | null;
  readonly drawSamples: number;
}

export const createPageHealthStore = () =>
  createStore<PageHealthView>(() => ({
    delayP50: null,
    delayP99: null,
    delaySamples: 0,
    longTasks: 0,
    longestTaskMs: 0,
    lastLongTaskAt: null,
    drawP50: null,
    drawP99: null,
    drawSamples: 0,
  }));
export type PageHealthStore = ReturnType<typeof createPageHealthStore>;
