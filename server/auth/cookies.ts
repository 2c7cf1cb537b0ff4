/**
 * Which session a cookie's hash names. A rotated-out cookie serves the requests that are in flight
 * for a moment, by the clock that never steps (µs). Pure.
 */
export class Cookies {
  readonly #sessions = new Map<string, { readonly session: string; readonly until: number | null }>();

  set(hash: string, session: string): void {
    this.#sessions.set(hash, { session, until: null });
  }

  rotate(before: string, after: string, until: number): void {
    const session = this.#sessions.get(before)?.session;
    if (session === undefined) return;
    this.#sessions.set(before, { session, until });
    this.set(after, session);
  }

  sessionOf(hash: string, now: number): string | null {
    const entry = this.#sessions.get(hash);
    return entry && (entry.until === null || entry.until > now) ? entry.session : null;
  }

  /** Forgets a session; returns the hashes that named it. */
  drop(session: string): string[] {
    const hashes = [...this.#sessions].filter(([, entry]) => entry.session === session).map(([hash]) => hash);
    for (const hash of hashes) this.#sessions.delete(hash);
    return hashes;
  }

  /** Forgets the rotated-out whose moment is over, and returns them. */
  takeOver(now: number): string[] {
    const over = [...this.#sessions].filter(([, { until }]) => until !== null && until <= now);
    for (const [hash] of over) this.#sessions.delete(hash);
    return over.map(([hash]) => hash);
  }
}
