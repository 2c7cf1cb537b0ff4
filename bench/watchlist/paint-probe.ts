/** What the page was given to draw since it was last asked. */
export interface PaintsSeen {
  readonly paints: number;
  readonly quotes: number;
  /** Pictures in which texts of the list changed. */
  readonly pictures: number;
  readonly ms: number;
  /** Main-thread tasks over 50 ms. */
  readonly longTasks: readonly number[];
}

/** Runs in the page before its own scripts, beside them: counts what the stream worker hands over and what of it is drawn. */
export function installPaintProbe(): void {
  const seen = { paints: 0, quotes: 0, pictures: 0, longTasks: [] as number[], since: performance.now() };
  const OwnWorker = globalThis.Worker;
  class ProbedWorker extends OwnWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (options?.name !== 'stream') return;
      this.addEventListener('message', (event: MessageEvent<{ kind: string; quotes?: unknown[] }>) => {
        if (event.data.kind !== 'paint') return;
        seen.paints += 1;
        seen.quotes += event.data.quotes?.length ?? 0;
      });
    }
  }
  globalThis.Worker = ProbedWorker;
  let changed = false;
  const watch = new MutationObserver(() => {
    if (changed) return;
    changed = true;
    requestAnimationFrame(() => {
      changed = false;
      seen.pictures += 1;
    });
  });
  const find = setInterval(() => {
    const list = document.querySelector('.watch');
    if (!list) return;
    clearInterval(find);
    watch.observe(list, { subtree: true, childList: true, characterData: true });
  }, 100);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  Object.assign(globalThis, {
    takePaints: (): PaintsSeen => {
      const now = performance.now();
      const { paints, quotes, pictures, longTasks, since } = seen;
      Object.assign(seen, { paints: 0, quotes: 0, pictures: 0, longTasks: [], since: now });
      return { paints, quotes, pictures, longTasks, ms: now - since };
    },
  });
}
