/** Challenges that were handed out and not yet answered: each good once, for two minutes. */
export const CHALLENGE_MICROS = 120 * 1_000_000;

/** Where the console was asked: what a passkey is bound to. */
export interface Site {
  /** The host name without its port; an address by number has none. */
  readonly rpId: string;
  readonly origin: string;
}

export interface Challenge {
  readonly id: string;
  /** What the authenticator signs. */
  readonly bytes: Buffer;
  readonly site: Site;
}

interface Kept<T> {
  readonly challenge: T;
  readonly owner: string;
  /** Monotonic µs. */
  readonly until: number;
}

/**
 * By id; each owner (a session, a link, an address) has a few at most, its oldest forgotten first, so
 * that nobody's asking forgets another's.
 */
export class Challenges<T extends Challenge> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #limits: { readonly perOwner: number; readonly total: number };

  constructor(limits: { readonly perOwner: number; readonly total: number }) {
    this.#limits = limits;
  }

  keep(owner: string, challenge: T, now: number): void {
    for (const [id, { until }] of this.#kept) {
      if (until > now) break;
      this.#kept.delete(id);
    }
    const own = [...this.#kept.values()].filter((one) => one.owner === owner);
    if (own.length >= this.#limits.perOwner && own[0]) this.#kept.delete(own[0].challenge.id);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < this.#limits.total) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(challenge.id, { challenge, owner, until: now + CHALLENGE_MICROS });
  }

  /** Takes it out, so that it is good once; null when there is none, it is another's, or too old. */
  take(id: string, owner: string | null, now: number): T | null {
    const challenge = this.peek(id, owner, now);
    if (challenge) this.#kept.delete(id);
    return challenge;
  }

  /** Looks at it and leaves it there. */
  peek(id: string, owner: string | null, now: number): T | null {
    const kept = this.#kept.get(id);
    if (!kept || kept.until <= now || (owner !== null && kept.owner !== owner)) return null;
    return kept.challenge;
  }
}
