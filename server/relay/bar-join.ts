/**
 * Each venue's feed closes its own bars and numbers them itself; consoles get one bar of all
 * venues a second. Bars are joined by their open time, and numbered anew. Pure; times in µs.
 */
import type { History } from '../../protocol/bars.ts';

const BAR_MICROS = 1_000_000;
/** A bar so much older than the newest sent is not late: its clock was stepped, or a replay began anew. */
const LATE_BARS = 16;
/** How long a bar waits for a venue that brought the one before; a feed closes its bars within 50 ms. */
export const PATIENCE_MICROS = 250_000;

/** One venue's closed bar; its instruments follow `first` in the list of all. */
export interface VenueBar {
  readonly first: number;
  readonly number: number;
  readonly openAt: number;
  readonly close: Float64Array;
  readonly state: Uint8Array;
}

export interface JoinedBar {
  readonly number: number;
  readonly openAt: number;
  readonly parts: readonly VenueBar[];
}

/** One venue's history, as `VenueBar`. */
export interface VenueHistory {
  readonly first: number;
  readonly history: History;
}

interface Waiting {
  readonly openAt: number;
  readonly since: number;
  readonly parts: VenueBar[];
}

export class BarJoin {
  /** By open time, oldest first. */
  #waiting: Waiting[] = [];
  /** What the venues are expected to bring: those that brought the last bar, with their newest. */
  readonly #newestOf = new Map<number, number>();
  /** By how much each venue's numbers differ from seconds since 1970. */
  readonly #offsetOf = new Map<number, number>();
  /** Numbers that no joined bar has, likewise. */
  #skipped = 0;
  /** Open time of the newest bar that was given out. */
  #newest: number | null = null;

  /** Number and open time of the newest bar given out; null before the first. */
  get newest(): { readonly number: number; readonly openAt: number } | null {
    return this.#newest === null ? null : { number: this.#numberOf(this.#newest), openAt: this.#newest };
  }

  /** When `ready` is worth asking although nothing came: the oldest bar has waited enough. */
  get dueAt(): number | null {
    const oldest = this.#waiting[0];
    return oldest ? oldest.since + PATIENCE_MICROS : null;
  }

  /** Takes a venue's bar at `now` and returns what can go out, oldest first. */
  take(bar: VenueBar, now: number): JoinedBar[] {
    this.#follow(bar);
    this.#newestOf.set(bar.first, bar.openAt);
    const behind = this.#newest === null ? -1 : (this.#newest - bar.openAt) / BAR_MICROS;
    if (behind >= LATE_BARS) this.#beginAnew(bar);
    // Its second is gone already without it: that venue has no return there.
    else if (behind >= 0) return [];
    this.#add(bar, now);
    return this.ready(now);
  }

  ready(now: number): JoinedBar[] {
    const out: JoinedBar[] = [];
    for (let oldest = this.#waiting[0]; oldest; oldest = this.#waiting[0]) {
      const { openAt, since, parts } = oldest;
      const isWhole = [...this.#newestOf.values()].every((newest) => newest >= openAt);
      if (!isWhole && now - since < PATIENCE_MICROS) break;
      this.#waiting.shift();
      this.#newest = openAt;
      // Who was not there is not waited for again, until it comes back.
      for (const [first, newest] of this.#newestOf) if (newest < openAt) this.#newestOf.delete(first);
      out.push({ number: this.#numberOf(openAt), openAt, parts });
    }
    return out;
  }

  /**
   * The last `bars` of all venues up to the newest bar given out, so that the next one continues
   * it; where a venue has none, its instruments are invalid. Bars longer than a second (`span`, µs)
   * go up to the newest that any venue has, numbered by their time.
   */
  history(parts: readonly VenueHistory[], bars: number, span = BAR_MICROS): History | null {
    if (parts.length === 0) return null;
    const last = Math.max(...parts.map(({ history }) => lastOpenAt(history)));
    const newest = span === BAR_MICROS ? (this.#newest ?? last) : last;
    const t = Math.min(bars, Math.max(...parts.map(({ history }) => history.bars)));
    const n = parts.reduce((sum, { history }) => sum + history.instruments.length, 0);
    const firstOpenAt = newest - (t - 1) * span;
    const instruments = new Uint16Array(n);
    const close = new Float64Array(n * t);
    const state = new Uint8Array(n * t);
    let row = 0;
    for (const { first, history } of parts) {
      // Column k of the part is column k + shift of the whole.
      const shift = (history.firstOpenAt - firstOpenAt) / span;
      const from = Math.max(0, -shift);
      const to = Math.max(from, Math.min(history.bars, t - shift));
      for (let k = 0; k < history.instruments.length; k++, row++) {
        instruments[row] = first + (history.instruments[k] ?? 0);
        if (to === from) continue;
        const at = k * history.bars;
        close.set(history.close.subarray(at + from, at + to), row * t + from + shift);
        state.set(history.state.subarray(at + from, at + to), row * t + from + shift);
      }
    }
    const number = span === BAR_MICROS ? this.#numberOf(newest) : newest / span;
    return { span, instruments, bars: t, newest: number, firstOpenAt, close, state };
  }

  #add(bar: VenueBar, now: number): void {
    const before = this.#waiting.findLastIndex(({ openAt }) => openAt <= bar.openAt);
    const there = this.#waiting[before];
    if (there?.openAt === bar.openAt) there.parts.push(bar);
    else this.#waiting.splice(before + 1, 0, { openAt: bar.openAt, since: now, parts: [bar] });
  }

  /** A venue that skips a number says that its past has changed: then ours has. */
  #follow({ first, number, openAt }: VenueBar): void {
    const offset = number - openAt / BAR_MICROS;
    const before = this.#offsetOf.get(first);
    this.#offsetOf.set(first, offset);
    if (before !== undefined && before !== offset) this.#skipped += 1;
  }

  /** Backwards in time, the numbers still go up. */
  #beginAnew(bar: VenueBar): void {
    const last = this.newest?.number ?? 0;
    this.#waiting = [];
    this.#newestOf.clear();
    this.#newestOf.set(bar.first, bar.openAt);
    this.#newest = null;
    this.#skipped += Math.max(0, last + 1 - this.#numberOf(bar.openAt));
  }

  #numberOf(openAt: number): number {
    return openAt / BAR_MICROS + this.#skipped;
  }
}

const lastOpenAt = ({ firstOpenAt, bars, span }: History): number => firstOpenAt + (bars - 1) * span;
