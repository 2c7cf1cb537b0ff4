/** Wrong codes of one key: an account's logins, a session user's factors, an address. */
interface Failures {
  readonly count: number;
  /** Monotonic µs of the last one. */
  readonly lastAt: number;
}

const FREE = 3;
/** An address may be a whole desk behind one proxy. */
const FREE_ADDRESS = 20;
const FIRST_DELAY_MS = 1000;
/** 2,880 guesses a day against three valid codes in a million. */
const LONGEST_DELAY_MS = 30_000;
const FORGET_MS = 15 * 60_000;
const KEYS_MAX = 10_000;

/**
 * Exponential delay on wrong codes: three are free, then 1, 2, 4 … 30 s. A login and a factor given
 * inside a session count apart, so that nobody outside can delay a halt.
 */
export class Throttle {
  readonly #failures = new Map<string, Failures>();

  /** ms until the next try is heard; 0 = now. */
  waitMs(key: string, nowMicros: number): number {
    const failures = this.#failures.get(key);
    const free = key.startsWith('address:') ? FREE_ADDRESS : FREE;
    if (!failures || failures.count < free) return 0;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** (failures.count - free), LONGEST_DELAY_MS);
    return Math.max(0, Math.ceil(delay - (nowMicros - failures.lastAt) / 1000));
  }

  failed(key: string, nowMicros: number): void {
    const before = this.#failures.get(key);
    const fresh = before && nowMicros - before.lastAt < FORGET_MS * 1000 ? before.count : 0;
    this.#failures.delete(key);
    this.#failures.set(key, { count: fresh + 1, lastAt: nowMicros });
    // The oldest goes first (a Map keeps order): memory stays bounded under a flood of names.
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= KEYS_MAX) break;
      this.#failures.delete(oldest);
    }
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
