import type { Refusal } from '../../protocol/result.ts';
import type { UserId } from '../../protocol/units.ts';

/** By which door a factor is tried: what wrong ones are counted by. */
export type Door =
  | { readonly kind: 'login'; readonly user: string; readonly address: string }
  /** `link`: its token's hash. Who holds it was let in by somebody on the server's machine. */
  | { readonly kind: 'link'; readonly link: string; readonly address: string }
  /** A passkey alone: nobody says who they are before it is known. */
  | { readonly kind: 'passkey'; readonly address: string }
  /** Inside a session. What lowers risk counts by itself: nothing that was mistyped elsewhere delays it. */
  | { readonly kind: 'factor'; readonly user: UserId; readonly lane: 'halt' | 'reduce' | 'factor' };

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
 * and a factor given inside a session count apart, so that nobody outside can delay a halt; nor does
 * a release that was mistyped.
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

  /**
   * Counts a try before it is judged, where judging takes time: guesses sent all at once are counted
   * as if sent one by one. `address` is counted when it has failed only: a desk behind one proxy may
   * sign in together.
   */
  begun(door: Door, nowMicros: number): void {
    for (const key of this.#keys(door)) if (!key.startsWith('address:')) this.#count(key, nowMicros);
  }

  /** The try that `begun` counted was wrong. */
  wasWrong(door: Door, nowMicros: number): void {
    for (const key of this.#keys(door)) if (key.startsWith('address:')) this.#count(key, nowMicros);
  }

  /** The try that `begun` counted could not be judged; nothing was learned by it. */
  wasNotHeard(door: Door): void {
    for (const key of this.#keys(door)) this.#uncount(key);
  }

  /** Forgets this door's failures; those of the account stay, since they may be a stranger's. */
  succeeded(door: Door): void {
    for (const key of this.#keys(door)) {
      if (!key.startsWith('account:')) this.#failures.delete(key);
      else if (door.kind === 'login') this.#uncount(key);
    }
    if (door.kind === 'login') keep(this.#trusted, pairOf(door));
  }

  #keys(door: Door): string[] {
    switch (door.kind) {
      case 'factor':
        return [`${door.lane}:${door.user}`];
      case 'link':
        return [`link:${door.link}`, `address:${door.address}`];
      case 'passkey':
        return [`address:${door.address}`];
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

  #uncount(key: string): void {
    const failures = this.#failures.get(key);
    if (!failures || key.startsWith('address:')) return;
    if (failures.count <= 1) this.#failures.delete(key);
    else this.#failures.set(key, { ...failures, count: failures.count - 1 });
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

/** A refusal that says how long to wait. */
export interface WaitRefusal extends Refusal {
  readonly waitSeconds: number;
}

export function tooManyAttempts(waitMs: number): { readonly ok: false; readonly error: WaitRefusal } {
  const waitSeconds = Math.ceil(waitMs / 1000);
  const sentence = `Too many wrong tries: the next is heard in ${waitSeconds} s.`;
  return { ok: false, error: { code: 'too-many-attempts', sentence, waitSeconds } };
}
