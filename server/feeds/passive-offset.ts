import type { ClockOffset } from './clock-offset.ts';

/** The fastest message of a window was under way for something between nothing and this, ms. */
const LONGEST_WAY_MS = 250;
/** Venues cut their times to whole milliseconds. */
const CUT_MS = 1;
/** The window is this long to twice as long, µs. */
const WINDOW_MICROS = 60_000_000;
const ENOUGH = 20;
/** A message further from our clock than this says nothing about either. */
const BELIEVED_MICROS = 60_000_000;

/**
 * The venue's clock against ours where the venue tells no time: the lower envelope of what its messages
 * took, received less event. The fastest took no negative time, so that clock is at least so far ahead;
 * it is at most the longest way further. Pure: µs of our wall clock come in.
 */
export class PassiveOffset {
  #from = -Infinity;
  #least = Infinity;
  #samples = 0;
  #leastBefore = Infinity;
  #samplesBefore = 0;

  /** A message that was believed, with the venue's time. Allocates nothing. */
  heard(eventAt: number, receivedAt: number): void {
    const took = receivedAt - eventAt;
    if (!(Math.abs(took) < BELIEVED_MICROS)) return;
    if (receivedAt - this.#from > WINDOW_MICROS) {
      this.#leastBefore = this.#least;
      this.#samplesBefore = this.#samples;
      this.#least = Infinity;
      this.#samples = 0;
      this.#from = receivedAt;
    }
    this.#samples += 1;
    if (took < this.#least) this.#least = took;
  }

  /** One of the clocks was stepped. */
  forget(): void {
    this.#from = -Infinity;
    this.#least = Infinity;
    this.#samples = 0;
    this.#leastBefore = Infinity;
    this.#samplesBefore = 0;
  }

  /** Null until enough was heard. */
  get estimate(): ClockOffset | null {
    const samples = this.#samples + this.#samplesBefore;
    if (samples < ENOUGH) return null;
    const leastMs = Math.min(this.#least, this.#leastBefore) / 1000;
    const range = LONGEST_WAY_MS + CUT_MS;
    return {
      offsetMs: LONGEST_WAY_MS / 2 + CUT_MS / 2 - leastMs,
      uncertaintyMs: range / 2,
      samples,
      source: 'messages',
    };
  }
}
