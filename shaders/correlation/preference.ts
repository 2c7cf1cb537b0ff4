/**
 * Whether to share work or do it alone, by how long each took lately: on a busy machine a helper may be
 * waited for longer than it saves. The other way is tried again now and then.
 */
const TRY_EVERY = 16;
/** A slower measurement counts for so much: it may be a neighbour's doing. A faster one is what can be done. */
const SLOWER = 0.3;

export type Way = 'alone' | 'together';

export class Preference {
  /** ms a unit of work; null: not measured. */
  readonly #rate: Record<Way, number | null> = { alone: null, together: null };
  #choices = 0;

  /** What is not measured yet is tried, together first; a tie is shared. */
  choose(): Way {
    const { alone, together } = this.#rate;
    if (together === null) return 'together';
    if (alone === null) return 'alone';
    const faster = together <= alone ? 'together' : 'alone';
    if (++this.#choices % TRY_EVERY !== 0) return faster;
    return faster === 'together' ? 'alone' : 'together';
  }

  took(way: Way, units: number, ms: number): void {
    const before = this.#rate[way];
    const now = ms / units;
    this.#rate[way] = before === null || now < before ? now : before + SLOWER * (now - before);
  }

  /** How many times as fast together as alone; null until both are measured. */
  get gain(): number | null {
    const { alone, together } = this.#rate;
    return alone === null || together === null || together === 0 ? null : alone / together;
  }
}
