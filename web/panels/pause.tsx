import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useServices } from '../app/services.ts';
import { createHold, type Hold } from '../state/hold.ts';
import type { MarketView } from '../state/market.ts';
import { compact } from '../ui/format.ts';
import { putText, useLive } from '../ui/live.tsx';

export interface Pause {
  /** The market as this panel sees it: held still while it is paused. */
  readonly source: Hold<MarketView>;
  readonly paused: boolean;
  readonly toggle: () => void;
}

/** One panel's pause. `of`: what it shows; of something else nothing is paused. */
export function usePause(of: string): Pause {
  const { market } = useServices();
  const [source] = useState(() => createHold(market));
  const [pausedOf, setPausedOf] = useState<string | null>(null);
  const paused = pausedOf === of;
  useEffect(() => () => source.release(), [source, of]);
  const toggle = useCallback(() => {
    if (source.held() === null) {
      source.hold();
      setPausedOf(of);
    } else {
      source.release();
      setPausedOf(null);
    }
  }, [source, of]);
  return { source, paused, toggle };
}

/** `what`: `the tape`. */
export function PauseButton({ pause, what }: { readonly pause: Pause; readonly what: string }) {
  const { paused, toggle } = pause;
  return (
    <button
      type="button"
      className="toggle pause"
      aria-pressed={paused}
      aria-label={`Pause ${what}`}
      title={paused ? 'Go on: show the present, and all that came meanwhile' : 'Pause: nothing is lost'}
      onClick={toggle}
    >
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden>
        <path d={paused ? 'M2 1 9 5 2 9z' : 'M2 1h2v8h-2z M6 1h2v8h-2z'} />
      </svg>
    </button>
  );
}

/** A panel's body. Paused it says that it is not the present, and how much it misses. */
export function Pausable({
  pause: { source, paused },
  since,
  noun,
  children,
}: {
  readonly pause: Pause;
  /** Must be stable. How many came since it was held. */
  readonly since: (now: MarketView, held: MarketView) => number;
  readonly noun: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={paused ? 'pausable paused' : 'pausable'}>
      {paused && <PausedStrip source={source} since={since} noun={noun} />}
      <div className="pausable-body">{children}</div>
    </div>
  );
}

function PausedStrip({
  source,
  since,
  noun,
}: {
  readonly source: Hold<MarketView>;
  readonly since: (now: MarketView, held: MarketView) => number;
  readonly noun: string;
}) {
  const { market } = useServices();
  const write = useCallback(
    (element: HTMLSpanElement, now: MarketView) => {
      const held = source.held();
      putText(element, held ? `${compact(since(now, held))} ${noun} since` : '');
    },
    [source, since, noun],
  );
  const ref = useLive<MarketView, HTMLSpanElement>(market, write);
  return (
    <p className="paused-strip">
      <strong>PAUSED</strong> <span ref={ref} data-mask="latency" />
    </p>
  );
}
