/**
 * A flash crash of one instrument, of four signs that must all be there where they can be seen: it fell
 * far for its size, it fell at once, the book went away (spread), and it was traded far more than usual. What is
 * not known (null) is no sign either way, and at least two must be known.
 */
export interface FlashSigns {
  /** Fall from the window's highest, in standard deviations of the time it took. */
  readonly fall: number;
  /** Share of the fall in its worst step. */
  readonly speed: number;
  /** Spread against its usual one; null: not known. */
  readonly spread: number | null;
  /** Volume of the worst step against the usual one; null: not known. */
  readonly volume: number | null;
}

export const FLASH = { fall: 8, speed: 0.3, spread: 3, volume: 5 } as const;

/** Which signs are there, of those known. */
export function isFlashCrash(signs: FlashSigns): boolean {
  const known = (['fall', 'speed', 'spread', 'volume'] as const).filter((sign) => signs[sign] !== null);
  return known.length >= 2 && known.every((sign) => (signs[sign] ?? 0) >= FLASH[sign]);
}

export interface Bar {
  readonly close: number;
  readonly spread: number | null;
  readonly volume: number | null;
}

/** Steps in which a flash crash happens, steps before it that say what is usual, and how long that is kept. */
const WINDOW = 6;
const USUAL = 288;
const KEPT = 12;

interface Usual {
  readonly size: number;
  readonly spread: number | null;
  readonly volume: number | null;
}

/** Follows one instrument's bars, oldest first; keeps what it needs and no more. */
export class FlashCrashDetector {
  readonly #bars: Bar[] = [];
  #usual: Usual = { size: 0, spread: null, volume: null };
  #age = 0;

  /** Null until there is a past to compare with, or for a bar without a price. */
  step(bar: Bar): FlashSigns | null {
    if (!(bar.close > 0) || !Number.isFinite(bar.close)) return null;
    this.#bars.push(bar);
    if (this.#bars.length > USUAL + WINDOW + 1) this.#bars.shift();
    if (this.#bars.length < USUAL + WINDOW + 1) return null;
    if (this.#age % KEPT === 0) this.#usual = usualOf(this.#bars.slice(0, USUAL + 1));
    this.#age++;
    const { size, spread, volume } = this.#usual;
    if (!(size > 0)) return null;
    const now = this.#bars.slice(USUAL);
    const top = now.reduce((best, { close }, k) => (close > (now[best]?.close ?? 0) ? k : best), 0);
    const since = now.slice(top);
    const fell = Math.log((since[0]?.close ?? 1) / bar.close);
    const worst = Math.max(0, ...returnsOf(since).map((r) => -r));
    return {
      fall: since.length < 2 ? 0 : fell / (size * Math.sqrt(since.length - 1)),
      speed: fell > 0 ? Math.min(1, worst / fell) : 0,
      spread: against(bar.spread, spread),
      volume: against(
        largest(since.slice(1), (each) => each.volume),
        volume,
      ),
    };
  }
}

function usualOf(bars: readonly Bar[]): Usual {
  return {
    size: usualSize(returnsOf(bars)),
    spread: middle(bars, ({ spread }) => spread),
    volume: middle(bars, ({ volume }) => volume),
  };
}

function returnsOf(bars: readonly Bar[]): number[] {
  return bars.slice(1).map(({ close }, k) => Math.log(close / (bars[k]?.close ?? close)));
}

/** The standard deviation without the wildest steps; a median would be nothing where most steps do not move. */
function usualSize(returns: readonly number[]): number {
  const squares = returns.map((r) => r * r).sort((a, b) => a - b);
  const tame = squares.slice(0, Math.ceil(TAME * squares.length));
  return Math.sqrt(tame.reduce((sum, square) => sum + square, 0) / tame.length);
}

const TAME = 0.99;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function largest(bars: readonly Bar[], of: (bar: Bar) => number | null): number | null {
  const known = bars.flatMap((bar) => of(bar) ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** Null where fewer than half of the bars have it. */
function middle(bars: readonly Bar[], of: (bar: Bar) => number | null): number | null {
  const known = bars.flatMap((bar) => of(bar) ?? []);
  return known.length < bars.length / 2 ? null : median(known);
}

function against(value: number | null, usual: number | null): number | null {
  return value === null || usual === null || !(usual > 0) ? null : value / usual;
}
