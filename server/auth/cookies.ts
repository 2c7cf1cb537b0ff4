interface Named {
  readonly session: string;
  /** When it opens nothing any more; null = it is the session's own. */
  readonly until: number | null;
  /** Sockets that were opened with it stay open. */
  readonly keepsSockets: boolean;
  /** Nobody came with it yet: the answer that carried it may be lost. */
  readonly isUnseen: boolean;
  /** The one that took its place was seen. */
  readonly isLeaving: boolean;
}

/** Rotated-out cookies of a session whose sockets may stay; the oldest one's go for the next. */
const KEPT = 32;

/**
 * Which session a cookie's hash names. A rotated-out cookie stays good until the one in its place was
 * seen, since an answer may be lost, but no longer than a bound; then for the requests that are in
 * flight, for a moment; and, where it keeps them, for the sockets that it opened. By the clock that never
 * steps, µs. Pure.
 */
export class Cookies {
  readonly #sessions = new Map<string, Named>();

  set(hash: string, session: string): void {
    this.#sessions.set(hash, { ...own(session), isUnseen: false });
  }

  /** After a restart: the session's own, which nobody came with yet, and the one before, good until then. */
  resume(hash: string, session: string, before: { readonly hash: string; readonly until: number }): void {
    this.#sessions.set(before.hash, { ...own(session), until: before.until, isUnseen: false });
    this.#sessions.set(hash, own(session));
  }

  /** `asker`: the cookie that asked, where it is not the session's own: it is held as long. */
  rotate(
    { before, asker, after }: { readonly before: string; readonly asker: string; readonly after: string },
    how: { readonly until: number; readonly keepsSockets: boolean },
  ): void {
    const session = this.#sessions.get(before)?.session;
    if (session === undefined) return;
    for (const hash of [before, asker]) {
      const named = this.#sessions.get(hash);
      if (named?.session === session && !named.isLeaving) this.#sessions.set(hash, { ...named, ...how });
    }
    this.#sessions.set(after, own(session));
    const kept = [...this.#sessions].filter(([, named]) => named.session === session && named.keepsSockets);
    for (const [hash, named] of kept.slice(0, Math.max(0, kept.length - KEPT))) {
      this.#sessions.set(hash, { ...named, keepsSockets: false });
    }
  }

  /**
   * Somebody came with it: those whose place it took are good until then, and no longer. Returns the
   * session where that is news.
   */
  seen(hash: string, until: number): string | null {
    const named = this.#sessions.get(hash);
    if (!named?.isUnseen) return null;
    this.#sessions.set(hash, { ...named, isUnseen: false });
    for (const [other, before] of this.#sessions) {
      if (other === hash || before.session !== named.session || before.until === null) continue;
      const leaving = { ...before, isLeaving: true, until: Math.min(before.until, until) };
      this.#sessions.set(other, leaving);
    }
    return named.session;
  }

  isUnseen(hash: string): boolean {
    return this.#sessions.get(hash)?.isUnseen ?? false;
  }

  /** Whether it serves what is in flight and nothing else: who comes with it gets no other in its place. */
  isLeaving(hash: string): boolean {
    return this.#sessions.get(hash)?.isLeaving ?? true;
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

/** The session's own from now on, which nobody has come with yet. */
const own = (session: string): Named => ({
  session,
  until: null,
  keepsSockets: false,
  isUnseen: true,
  isLeaving: false,
});
