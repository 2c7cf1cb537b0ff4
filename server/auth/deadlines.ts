/**
 * Until when links and sessions last by the clock that never steps: the wall clock set back must
 * not make 15 minutes or 12 hours longer. Monotonic µs, by the token's hash.
 */
export class Deadlines {
  readonly #ends = new Map<string, number>();

  set(hash: string, lastsMicros: number, now: number): void {
    this.#ends.set(hash, now + lastsMicros);
  }

  isOver(hash: string, now: number): boolean {
    const end = this.#ends.get(hash);
    return end !== undefined && end <= now;
  }

  /** Forgets all but those that still exist. */
  keep(exists: (hash: string) => boolean): void {
    for (const hash of this.#ends.keys()) if (!exists(hash)) this.#ends.delete(hash);
  }
}
