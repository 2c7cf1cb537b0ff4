import type { Candle } from '../../protocol/messages.ts';

const MINUTE = 60_000_000;
const KEPT = 61;

/**
 * The opens of the last hour's minutes, per instrument: from candles at first, then kept going by
 * the live mid. Prices in half ticks (bid + ask), as bars have them.
 */
export class HourAgo {
  readonly #opens = new Map<number, { readonly at: number; readonly half: number }[]>();

  readonly #newest = new Map<number, number>();

  has(instrument: number): boolean {
    return this.#opens.has(instrument);
  }

  seed(instrument: number, candles: readonly Candle[]): void {
    this.#opens.set(
      instrument,
      candles.slice(-KEPT).map(([at, open]) => ({ at, half: open * 2 })),
    );
  }

  /** The first mid of a new minute is that minute's open. Returns the change over the hour. */
  change(instrument: number, nowMicros: number, halfTicks: number): number | null {
    const opens = this.#opens.get(instrument);
    if (!opens || halfTicks <= 0) return null;
    const minute = Math.floor(nowMicros / MINUTE) * MINUTE;
    const newest = opens.at(-1);
    if (newest && minute > newest.at) {
      // No quote came in the minutes between: the price stood. (A blind console clears instead.)
      const from = Math.max(newest.at + MINUTE, minute - KEPT * MINUTE);
      for (let at = from; at < minute; at += MINUTE)
        opens.push({ at, half: this.#last(instrument, newest.half) });
      opens.push({ at: minute, half: halfTicks });
      opens.splice(0, Math.max(0, opens.length - KEPT));
    }
    this.#newest.set(instrument, halfTicks);
    const from = opens.find((open) => open.at >= minute - 60 * MINUTE);
    // Fewer than 50 minutes is not "an hour": nothing is better than a wrong label.
    if (!from || from.half <= 0 || minute - from.at < 50 * MINUTE) return null;
    return halfTicks / from.half - 1;
  }

  /** Quotes were missed: what is here has holes that nobody can fill, and is read again. */
  clear(): void {
    this.#opens.clear();
    this.#newest.clear();
  }

  #last(instrument: number, otherwise: number): number {
    return this.#newest.get(instrument) ?? otherwise;
  }
}
