/** Which signed heads are kept as they grow old. Pure. */
import { FRAME_BYTES, frameAt } from './frame.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const MONTH = 30 * DAY;

/** The bytes of one head in `heads.log`, and when it was signed (µs since 1970). */
export interface HeadPlace {
  readonly from: number;
  readonly to: number;
  /** null: it says no time that can be read; it is kept. */
  readonly signedAt: number | null;
}

/** A run of bytes that stays. */
export interface KeptBytes {
  readonly from: number;
  to: number;
}

const TIME = /\ntime (\d{1,16})\n/;

/** The whole heads in `bytes`, which begin at byte `at` of the file. */
export function headPlaces(bytes: Buffer, at: number): HeadPlace[] {
  const places: HeadPlace[] = [];
  let from = 0;
  for (let payload = frameAt(bytes, from); payload; payload = frameAt(bytes, from)) {
    const to = from + FRAME_BYTES + payload.length;
    const [, digits] = TIME.exec(payload.toString('latin1')) ?? [];
    places.push({ from: at + from, to: at + to, signedAt: digits === undefined ? null : Number(digits) });
    from = to;
  }
  return places;
}

/**
 * Takes heads in their order and keeps all of the last day, the last one of each minute of the last
 * month, and the last one of each hour before. A clock that was set back keeps more, never less.
 */
export class HeadThinning {
  readonly #now: number;
  readonly #kept: KeptBytes[] = [];
  #waiting: HeadPlace | null = null;

  constructor(now: number) {
    this.#now = now;
  }

  /** Whether this head is so young that it and all behind it stay. */
  isRecent({ signedAt }: HeadPlace): boolean {
    return signedAt !== null && this.#now - signedAt < DAY;
  }

  take(place: HeadPlace): void {
    const before = this.#waiting;
    if (before && !this.#sameBucket(before, place)) this.#keep(before.from, before.to);
    this.#waiting = place;
  }

  /** What stays, when all from byte `recent` to byte `end` does too. */
  end(recent: number, end: number): readonly KeptBytes[] {
    if (this.#waiting) this.#keep(this.#waiting.from, this.#waiting.to);
    this.#waiting = null;
    if (end > recent) this.#keep(recent, end);
    return this.#kept;
  }

  #sameBucket(one: HeadPlace, next: HeadPlace): boolean {
    if (one.signedAt === null || next.signedAt === null) return false;
    const age = this.#now - one.signedAt;
    if (age < DAY) return false;
    const width = age < MONTH ? MINUTE : HOUR;
    return Math.floor(one.signedAt / width) === Math.floor(next.signedAt / width);
  }

  #keep(from: number, to: number): void {
    const last = this.#kept.at(-1);
    if (last?.to === from) last.to = to;
    else this.#kept.push({ from, to });
  }
}
