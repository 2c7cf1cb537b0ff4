export interface Timers {
  readonly now: () => number;
  readonly later: (ms: number, run: () => void) => () => void;
}

const PAGE: Timers = {
  now: () => performance.now(),
  later: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Runs at once, and then at most every `ms`; what is asked for meanwhile runs once, at the end. */
export function atMost(
  ms: number,
  run: () => void,
  timers: Timers = PAGE,
): { readonly ask: () => void; readonly stop: () => void } {
  let ranAt = -Infinity;
  let cancel: (() => void) | null = null;
  const go = (): void => {
    cancel = null;
    ranAt = timers.now();
    run();
  };
  return {
    ask: () => {
      if (cancel) return;
      const wait = ranAt + ms - timers.now();
      if (wait <= 0) go();
      else cancel = timers.later(wait, go);
    },
    stop: () => {
      cancel?.();
      cancel = null;
    },
  };
}
