/** What rings of one feed may grow to together, in ticks of 16 bytes. */
const ROOM = 1 << 20;
const FIRST = 64;
/** Of one instrument: some minutes of the busiest market there is, hours of most. */
const MOST = 8192;

/** The memory that the rings of one feed share: 16 MiB, and no more however many instruments it lists. */
export class TickRoom {
  #left: number;

  constructor(ticks = ROOM) {
    this.#left = ticks;
  }

  take(ticks: number): boolean {
    if (ticks > this.#left) return false;
    this.#left -= ticks;
    return true;
  }
}

export interface TicksRead {
  /** No trade is missing from here on, µs of the venue's clock; NaN: they are not watched. */
  readonly since: number;
  /** µs of the venue's clock, in the order in which they came. */
  readonly at: Float64Array;
  /** Ticks: of the last trade at that time. */
  readonly price: Float64Array;
}

/**
 * The last trades of one instrument, one for each time at which it was traded. What is in it is whole from
 * `since` on: after a break it begins anew, and where it is full it knows less of the past and says so.
 */
export class TickRing {
  readonly #room: TickRoom;
  #at = new Float64Array(0);
  #price = new Float64Array(0);
  /** Place of the oldest. */
  #first = 0;
  #length = 0;
  #since = Number.NaN;
  /** The latest time among those that there was no room for. */
  #lostAt = -Infinity;

  constructor(room = new TickRoom()) {
    this.#room = room;
  }

  /** Trades may be missing up to now. */
  interrupt(): void {
    this.#since = Number.NaN;
    this.#lostAt = -Infinity;
    this.#length = 0;
  }

  /** Trades from `at` on are not missing, whenever they come. */
  watched(at: number): void {
    if (Number.isNaN(this.#since)) this.#since = at;
  }

  add(at: number, price: number): void {
    // Also while nothing is watched: NaN compares with nothing.
    if (!(at >= this.#since)) return;
    const last = (this.#first + this.#length - 1) % Math.max(1, this.#at.length);
    if (this.#length > 0 && this.#at[last] === at) {
      this.#price[last] = price;
      return;
    }
    if (this.#length === this.#at.length && !this.#grow()) {
      if (this.#at.length === 0) {
        this.#lostAt = Math.max(this.#lostAt, at);
        return;
      }
      this.#lostAt = Math.max(this.#lostAt, this.#at[this.#first] ?? 0);
      this.#first = (this.#first + 1) % this.#at.length;
      this.#length -= 1;
    }
    const place = (this.#first + this.#length) % this.#at.length;
    this.#at[place] = at;
    this.#price[place] = price;
    this.#length += 1;
  }

  /** Those from `from` on, µs. */
  read(from: number): TicksRead {
    const at = new Float64Array(this.#length);
    const price = new Float64Array(this.#length);
    let rows = 0;
    for (let k = 0; k < this.#length; k++) {
      const place = (this.#first + k) % this.#at.length;
      const time = this.#at[place] ?? 0;
      if (time < from || time <= this.#lostAt) continue;
      at[rows] = time;
      price[rows++] = this.#price[place] ?? 0;
    }
    const since = Math.max(this.#since, from, this.#lostAt + 1);
    return { since, at: at.slice(0, rows), price: price.slice(0, rows) };
  }

  #grow(): boolean {
    const before = this.#at.length;
    const more = before === 0 ? FIRST : before;
    if (before + more > MOST || !this.#room.take(more)) return false;
    const at = new Float64Array(before + more);
    const price = new Float64Array(before + more);
    for (let k = 0; k < this.#length; k++) {
      const place = (this.#first + k) % before;
      at[k] = this.#at[place] ?? 0;
      price[k] = this.#price[place] ?? 0;
    }
    this.#at = at;
    this.#price = price;
    this.#first = 0;
    return true;
  }
}
