interface Named {
  readonly session: string;
  /** When it opens nothing any more; null = it is the session's own. */
  readonly until: number | null;
  /** Sockets that were opened with it stay open. */
  readonly keepsSockets: boolean;
}

/** Rotated-out cookies of a session whose sockets may stay; the oldest one's go for the next. */
const KEPT = 32;

/**
 * Which session a cookie's hash names. A rotated-out cookie serves the requests that are in flight
 * for a moment, by the clock that never steps (µs), and, where it keeps them, the sockets that it
 * opened. Pure.
 */
export class Cookies {
  readonly #sessions = new Map<string, Named>();

  set(hash: string, session: string): void {
    this.#sessions.set(hash, { session, until: null, keepsSockets: false });
  }

  rotate(before: string, after: string, until: number, keepsSockets: boolean): void {
    const session = this.#sessions.get(before)?.session;
    if (session === undefined) return;
    this.#sessions.set(before, { session, until, keepsSockets });
    this.set(after, session);
    const kept = [...this.#sessions].filter(([, named]) => named.session === session && named.keepsSockets);
    for (const [hash, named] of kept.slice(0, Math.max(0, kept.length - KEPT))) {
      this.#sessions.set(hash, { ...named, keepsSockets: false });
    }
  }

  /** `socket`: asked by one that was opened while the cookie was good. */
  sessionOf(hash: string, now: number, by: 'request' | 'socket'): string | null {
    const named = this.#sessions.get(hash);
    if (!named) return null;
    const isGood = named.until === null || named.until > now || (by === 'socket' && named.keepsSockets);
    return isGood ? named.session : null;
  }

  /** Forgets a session; returns the hashes that named it. */
  drop(session: string): string[] {
    const hashes = [...this.#sessions].filter(([, named]) => named.session === session).map(([hash]) => hash);
    for (const hash of hashes) this.#sessions.delete(hash);
    return hashes;
  }

  /** Forgets the rotated-out whose moment is over, and returns them: their sockets close. */
  takeOver(now: number): string[] {
    const over = [...this.#sessions].filter(
      ([, { until, keepsSockets }]) => until !== null && until <= now && !keepsSockets,
    );
    for (const [hash] of over) this.#sessions.delete(hash);
    return over.map(([hash]) => hash);
  }
}
