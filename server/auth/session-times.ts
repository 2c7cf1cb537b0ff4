import type { Micros } from '../../protocol/units.ts';
import type { Session } from './state.ts';

const MINUTE = 60 * 1_000_000;
/** Nobody acted for so long: what raises risk asks for a factor again. */
export const IDLE_MICROS = 30 * MINUTE;
/** From a sign-in or a renewal: full authority … */
export const SESSION_MICROS = 12 * 60 * MINUTE;
/** … and watching, halting and cancelling. */
export const ENDS_MICROS = 24 * 60 * MINUTE;
export const WALL_MICROS = 30 * 24 * 60 * MINUTE;
/** A wall's cookie is worth nothing without its device's proof for longer than this. */
export const WALL_PROOF_MICROS = 5 * MINUTE;
/** A factor so young is enough for what lowers risk. */
export const FRESH_MICROS = 5 * MINUTE;
/** A cookie stays good so long at most when the one in its place was never seen. */
export const HELD_MICROS = IDLE_MICROS;
/** Once that one was seen: for the requests that were on their way. */
export const GRACE_MICROS = 4 * 1_000_000;

/** When a session of now would end; one of before that ends later was dated by a clock set back since. */
export function longestEnds(
  isWall: boolean,
  now: Micros,
): { readonly expiresAt: Micros; readonly endsAt: Micros } {
  return {
    expiresAt: (now + (isWall ? WALL_MICROS : SESSION_MICROS)) as Micros,
    endsAt: (now + (isWall ? WALL_MICROS : ENDS_MICROS)) as Micros,
  };
}

/**
 * A session's deadlines by the clock that never steps, monotonic µs: the wall clock set back must not
 * make 30 minutes or 12 hours longer. In memory only; after a restart they are made from the log's.
 */
export class SessionTimes {
  seenAt: Micros | null = null;
  #expiresAt: number;
  #endsAt: number;
  #actedAt: number;
  #factorAt: number;
  #provenUntil: number;
  /** A factor was given since the session's cookie was made. */
  #rotates = false;

  private constructor(times: { expiresAt: number; endsAt: number; actedAt: number; provenUntil: number }) {
    this.#expiresAt = times.expiresAt;
    this.#endsAt = times.endsAt;
    this.#actedAt = times.actedAt;
    this.#factorAt = times.actedAt;
    this.#provenUntil = times.provenUntil;
  }

  static opened(isWall: boolean, now: number): SessionTimes {
    return new SessionTimes({
      expiresAt: now + (isWall ? WALL_MICROS : SESSION_MICROS),
      endsAt: now + (isWall ? WALL_MICROS : ENDS_MICROS),
      actedAt: now,
      provenUntil: now + WALL_PROOF_MICROS,
    });
  }

  /** After a restart: as old as its newest factor; never longer than a new one. */
  static resumed({ wall, factorAt, expiresAt, endsAt }: Session, wallNow: Micros, now: number): SessionTimes {
    const age = wallNow - factorAt;
    const longest = longestEnds(wall !== null, wallNow);
    return new SessionTimes({
      expiresAt: now + Math.min(expiresAt, longest.expiresAt) - wallNow,
      endsAt: now + Math.min(endsAt, longest.endsAt) - wallNow,
      // A factor of the future: the clock was set back, and how old it is nobody knows.
      actedAt: age < 0 ? -Infinity : now - age,
      provenUntil: -Infinity,
    });
  }

  get expiresAt(): number {
    return this.#expiresAt;
  }
  get endsAt(): number {
    return this.#endsAt;
  }

  acted(now: number): void {
    this.#actedAt = now;
  }
  gaveFactor(now: number): void {
    this.#factorAt = now;
    this.#rotates = true;
  }
  renewed(now: number): void {
    this.#expiresAt = now + SESSION_MICROS;
    this.#endsAt = now + ENDS_MICROS;
    this.#actedAt = now;
    this.#factorAt = now;
    this.#rotates = false;
  }
  /** Whether it is due for another cookie, which it is given then. */
  takeRotation(): boolean {
    const rotates = this.#rotates;
    this.#rotates = false;
    return rotates;
  }
  proved(until: number): void {
    this.#provenUntil = until;
  }

  factorAge(now: number): number {
    return now - this.#factorAt;
  }
  /**
   * µs until it is idle; none or less = it has been for so long, which stays one moment however often
   * it is asked. After a clock that was set back nobody knows since when: as long as matters.
   */
  idleIn(now: number): number {
    return Math.max(-IDLE_MICROS, IDLE_MICROS - (now - this.#actedAt));
  }
  /** Whether its proof has ended since this was last asked. */
  lapses(now: number): boolean {
    if (this.isProven(now) || this.#provenUntil === -Infinity) return false;
    this.#provenUntil = -Infinity;
    return true;
  }
  isProven(now: number): boolean {
    return now < this.#provenUntil;
  }
}
