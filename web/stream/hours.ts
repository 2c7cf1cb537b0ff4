import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import type { HourAgo } from './hour.ts';

export interface HoursWorld {
  readonly candles: (query: CandlesQuery) => Promise<CandlesReply>;
  readonly later: (ms: number, run: () => void) => void;
  readonly connection: () => number | null;
  /** This instrument's hour is known now. */
  readonly onSeeded: (instrument: number) => void;
}

/** The server takes ten candle questions a second; most of them are left to the person. */
const EVERY_MS = 140;
const AGAIN_MS = 5000;
const AGAIN_AT_MOST_MS = 60_000;
/** So often a part is asked for again; some venues have no candles, and theirs grows here. */
const PART_TRIES = 5;

/** Reads an hour's candles of each instrument, one after the other, and again where they were refused. */
export class Hours {
  readonly #hour: HourAgo;
  readonly #world: HoursWorld;
  /** Of whom only a part is here, and how often it was all that came. */
  readonly #parts = new Map<number, number>();
  #instruments = 0;
  #loadingOn: number | null = null;

  constructor(hour: HourAgo, world: HoursWorld) {
    this.#hour = hour;
    this.#world = world;
  }

  async load(instruments: number): Promise<void> {
    this.#instruments = instruments;
    const on = this.#world.connection();
    if (on === null || on === this.#loadingOn) return;
    this.#loadingOn = on;
    this.#parts.clear();
    let wait = AGAIN_MS;
    while (this.#world.connection() === on) {
      await this.#round(on);
      if (this.#missing() === 0) break;
      await this.#pause(wait);
      wait = Math.min(wait * 2, AGAIN_AT_MOST_MS);
    }
    if (this.#loadingOn === on) this.#loadingOn = null;
  }

  async #round(on: number): Promise<void> {
    for (let index = 0; index < this.#instruments; index++) {
      if (!this.#lacks(index)) continue;
      await this.#pause(EVERY_MS);
      if (this.#world.connection() !== on) return;
      const instrument = index as InstrumentIndex;
      const reply = await this.#world.candles({ instrument, interval: '1m', limit: 61 });
      if (this.#world.connection() !== on) return;
      if (!reply.ok) continue;
      // A part must not stand for the whole while the venue may still answer.
      const tries = (this.#parts.get(index) ?? 0) + 1;
      if (reply.fault !== null && tries < PART_TRIES) this.#parts.set(index, tries);
      else this.#parts.delete(index);
      this.#hour.seed(index, reply.candles);
      this.#world.onSeeded(index);
    }
  }

  #missing(): number {
    let missing = 0;
    for (let index = 0; index < this.#instruments; index++) if (this.#lacks(index)) missing += 1;
    return missing;
  }

  #lacks(index: number): boolean {
    return !this.#hour.has(index) || this.#parts.has(index);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.later(ms, resolve));
  }
}
