/** What the probe collected in the page since it was last asked. */
export interface Probed {
  /** ms from the venue's time of a trade to the picture that shows it. */
  readonly trades: number[];
  /** ms from the server's receipt of a quote to the picture that shows it. */
  readonly quotes: number[];
  /** Main-thread tasks over 50 ms: when they began and how long they were, ms. */
  readonly longTasks: { readonly at: number; readonly ms: number }[];
}

/**
 * Runs in the page before its own scripts. It listens beside the page to what the stream worker
 * hands over for drawing, and takes the time once the browser has produced that picture: the next
 * animation frame's callbacks and everything queued behind them.
 */
export function installProbe(): void {
  const probed: Probed = { trades: [], quotes: [], longTasks: [] };
  const OwnWorker = globalThis.Worker;
  class ProbedWorker extends OwnWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (options?.name === 'stream') {
        this.addEventListener('message', (event: MessageEvent<unknown>) => {
          listen(event.data as StreamPaint);
        });
      }
    }
  }
  globalThis.Worker = ProbedWorker;

  interface StreamPaint {
    readonly kind: string;
    readonly replaceQuotes: boolean;
    readonly quotes: readonly { readonly receivedAt: number; readonly state: string }[];
    readonly trades: readonly {
      readonly replace: boolean;
      readonly trades: readonly { readonly at: number }[];
    }[];
  }

  function listen(paint: StreamPaint): void {
    // A snapshot holds old values: they were not late, they were late asked for.
    if (paint.kind !== 'paint' || paint.replaceQuotes) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const now = performance.timeOrigin + performance.now();
        for (const { receivedAt, state } of paint.quotes) {
          if (state === 'live') probed.quotes.push(now - receivedAt / 1000);
        }
        for (const { replace, trades } of paint.trades) {
          if (!replace) for (const { at } of trades) probed.trades.push(now - at / 1000);
        }
      };
      port2.postMessage(null);
    });
  }

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      probed.longTasks.push({ at: startTime, ms: duration });
    }
  }).observe({ type: 'longtask', buffered: true });

  Object.assign(globalThis, {
    takeProbed: (): Probed => ({
      trades: probed.trades.splice(0),
      quotes: probed.quotes.splice(0),
      longTasks: probed.longTasks.splice(0),
    }),
  });
}
