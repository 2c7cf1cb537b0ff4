import { BAR_SPANS, type BarHorizon, type Bars, type History } from '../../protocol/bars.ts';
import { LONGER_BARS_MAX, type HistoryQuery } from '../../protocol/messages.ts';
import { BarFold } from '../../shaders/returns/bar-fold.ts';
import { ReturnsRing } from '../../shaders/returns/returns-ring.ts';

const LONGER = ['1m', '5m'] as const;
type Longer = (typeof LONGER)[number];
/** A history answered while a bar closed is older than that bar. */
const KEPT_BARS = 3;

/** Bars of a horizon beyond the second: asked of the server once somebody wants them, then folded from the seconds. */
interface Line {
  readonly fold: BarFold;
  ring: ReturnsRing;
  /** The newest folded ones. */
  newest: Bars[];
  isWanted: boolean;
  /** Bars until the history is asked for again: what was filled meanwhile is in it. */
  askIn: number;
  askedFor: number;
}

/** The returns of the live market at each of its horizons. */
export class LiveReturns {
  /** Returns that a history is to bring, and that are kept. */
  #depth: number;
  readonly #kept: number;
  readonly #ask: (query: HistoryQuery) => void;
  #instruments: readonly number[] = [];
  #seconds: ReturnsRing;
  #lines: ReadonlyMap<BarHorizon, Line>;

  /**
   * @param depth the longest window that is asked for
   * @param kept the same, once more is wanted (`deepen`)
   */
  constructor(depth: number, kept: number, ask: (query: HistoryQuery) => void) {
    this.#depth = depth;
    this.#kept = kept;
    this.#ask = ask;
    this.#seconds = new ReturnsRing([], kept);
    this.#lines = this.#fresh(new Map());
  }

  /** Another market: so many instruments, of which nothing is known. */
  market(instruments: number): void {
    this.#instruments = Array.from({ length: instruments }, (_, index) => index);
    this.#seconds = new ReturnsRing(this.#instruments, this.#kept);
    this.#lines = this.#fresh(this.#lines);
    this.#askWanted();
  }

  /** Somebody looks further back, from now on. */
  deepen(): void {
    if (this.#depth === this.#kept) return;
    this.#depth = this.#kept;
    this.#askWanted();
  }

  /** The returns of a horizon, from now on kept up. */
  ring(horizon: BarHorizon): ReturnsRing {
    if (horizon === '1s') return this.#seconds;
    const line = this.#line(horizon);
    if (!line.isWanted) {
      line.isWanted = true;
      if (this.#instruments.length > 0) this.#askLonger(horizon);
    }
    return line.ring;
  }

  /** Which horizon it is of; null: of none that is kept. */
  history(history: History): BarHorizon | null {
    if (history.span === BAR_SPANS['1s']) {
      this.#seconds.load(history);
      for (const { fold } of this.#lines.values()) fold.load(history);
      return '1s';
    }
    const horizon = LONGER.find((each) => BAR_SPANS[each] === history.span);
    if (horizon === undefined) return null;
    const { ring, newest } = this.#line(horizon);
    ring.load(history);
    for (const bar of newest) if (bar.number > history.newest) ring.push(bar);
    return horizon;
  }

  /** Takes a second; returns the horizons that have a newer bar by it. */
  second(bars: Bars): readonly BarHorizon[] {
    const closed: BarHorizon[] = ['1s'];
    if (!this.#seconds.push(bars)) this.#broken();
    for (const horizon of LONGER) {
      const line = this.#line(horizon);
      const bar = line.fold.take(bars);
      if (!bar) continue;
      line.newest = [...line.newest, bar].slice(-KEPT_BARS);
      const goesOn = line.ring.push(bar);
      closed.push(horizon);
      if (!line.isWanted) continue;
      line.askIn -= 1;
      if (!goesOn || line.askIn <= 0) this.#askLonger(horizon);
    }
    return closed;
  }

  /** Seconds are missing: of each horizon, and the server may know them. */
  #broken(): void {
    this.#askSeconds();
    for (const line of this.#lines.values()) [line.askedFor, line.askIn] = [0, 1];
  }

  #askWanted(): void {
    this.#askSeconds();
    for (const horizon of LONGER) if (this.#line(horizon).isWanted) this.#askLonger(horizon);
  }

  #askSeconds(): void {
    // A window of T returns needs T + 1 bars.
    this.#ask(this.#depth + 1);
  }

  /** Less and less often: what the server fills, it fills soon. */
  #askLonger(horizon: Longer): void {
    const line = this.#line(horizon);
    line.askedFor = line.askedFor === 0 ? 1 : 2 * line.askedFor;
    line.askIn = line.askedFor;
    this.#ask({ horizon, bars: Math.min(this.#depth + 1, LONGER_BARS_MAX) });
  }

  #line(horizon: Longer): Line {
    const line = this.#lines.get(horizon);
    if (!line) throw new Error(`there are no bars of ${horizon}`);
    return line;
  }

  #fresh(before: ReadonlyMap<BarHorizon, Line>): ReadonlyMap<BarHorizon, Line> {
    return new Map(
      LONGER.map((horizon) => {
        const span = BAR_SPANS[horizon];
        const ring = new ReturnsRing(this.#instruments, this.#kept, span);
        const isWanted = before.get(horizon)?.isWanted ?? false;
        return [horizon, { ring, fold: new BarFold(span), newest: [], isWanted, askIn: 0, askedFor: 0 }];
      }),
    );
  }
}
