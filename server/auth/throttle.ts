import type { UserId } from '../../protocol/units.ts';

/** By which door a code is tried: what wrong ones are counted by. */
export type Door =
  | { readonly kind: 'login'; readonly user: string; readonly address: string }
  /** `link`: its token's hash. Who holds it was let in by somebody on the server's machine. */
  | { readonly kind: 'link'; readonly link: string; readonly address: string }
  /** Inside a session. */
  | { readonly kind: 'factor'; readonly user: UserId };

/** Wrong codes of one key. */
interface Failures {
  readonly count: number;
  /** Monotonic µs of the last one. */
  readonly lastAt: number;
}

const FREE = 3;
/** An address may be a whole desk behind one proxy. */
const FREE_ADDRESS = 20;
/** Of an account from wherever: against a guesser with many addresses. */
const FREE_ACCOUNT = 50;
const FIRST_DELAY_MS = 1000;
/** 2,880 guesses a day against three valid codes in a million. */
const LONGEST_DELAY_MS = 30_000;
const FORGET_MS = 15 * 60_000;
const KEYS_MAX = 10_000;

/**
 * Exponential delay on wrong codes: three are free, then 1, 2, 4 … 30 s. Counted by account and
 * address together, so that a stranger's guesses delay the stranger; by address; and, far coarser, by
 * account, which an address that signed this account in before does not wait for. A login, a link
 * and a factor given inside a session count apart, so that nobody outside can delay a halt.
 */
export class Throttle {
  readonly #failures = new Map<string, Failures>();
  /** `user@address` that signed in since the start. */
  readonly #trusted = new Set<string>();

  /** ms until the next try is heard; 0 = now. */
  waitMs(door: Door, nowMicros: number): number {
    return Math.max(...this.#keys(door).map((key) => this.#waitOf(key, nowMicros)));
  }

  failed(door: Door, nowMicros: number): void {
    for (const key of this.#keys(door)) this.#count(key, nowMicros);
  }

  /** Forgets this door's failures; those of the account stay, since they may be a stranger's. */
  succeeded(door: Door): void {
    for (const key of this.#keys(door)) if (!key.startsWith('account:')) this.#failures.delete(key);
    if (door.kind === 'login') keep(this.#trusted, pairOf(door));
  }

  #keys(door: Door): string[] {
    switch (door.kind) {
      case 'factor':
        return [`factor:${door.user}`];
      case 'link':
        return [`link:${door.link}`, `address:${door.address}`];
      case 'login': {
        const own = [`login:${pairOf(door)}`, `address:${door.address}`];
        return this.#trusted.has(pairOf(door)) ? own : [...own, `account:${door.user}`];
      }
    }
  }

  #waitOf(key: string, nowMicros: number): number {
    const failures = this.#failures.get(key);
    const free = freeOf(key);
    if (!failures || failures.count < free) return 0;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** (failures.count - free), LONGEST_DELAY_MS);
    return Math.max(0, Math.ceil(delay - (nowMicros - failures.lastAt) / 1000));
  }

  #count(key: string, nowMicros: number): void {
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
}

const pairOf = ({ user, address }: { readonly user: string; readonly address: string }): string =>
  `${user}@${address}`;

function freeOf(key: string): number {
  if (key.startsWith('address:')) return FREE_ADDRESS;
  return key.startsWith('account:') ? FREE_ACCOUNT : FREE;
}

function keep(set: Set<string>, value: string): void {
  set.delete(value);
  set.add(value);
  for (const oldest of set) {
    if (set.size <= KEYS_MAX) break;
    set.delete(oldest);
  }
}
