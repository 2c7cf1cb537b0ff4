/** A power of two: half of it is filled at most, so that a free place is near. */
const PLACES = 2048;
const FREE = Number.NaN;

/**
 * Whether a number was among the last ones: of the last `PLACES / 2` that is sure, of as many before
 * them it may be. Numbers stand in two tables that take turns; a `Set` makes an object of each.
 */
export class RecentIds {
  #newer = new Float64Array(PLACES).fill(FREE);
  #older = new Float64Array(PLACES).fill(FREE);
  #filled = 0;

  clear(): void {
    this.#newer.fill(FREE);
    this.#older.fill(FREE);
    this.#filled = 0;
  }

  /** True, and remembered, when it was not among them. */
  add(id: number): boolean {
    const older = this.#older;
    if (older[placeOf(older, id)] === id) return false;
    const newer = this.#newer;
    const place = placeOf(newer, id);
    if (newer[place] === id) return false;
    newer[place] = id;
    this.#filled += 1;
    if (this.#filled === PLACES / 2) this.#turn();
    return true;
  }

  #turn(): void {
    const spare = this.#older.fill(FREE);
    this.#older = this.#newer;
    this.#newer = spare;
    this.#filled = 0;
  }
}

/** Where it stands, or would. */
function placeOf(ids: Float64Array, id: number): number {
  let place = Math.imul(id | 0, 0x9e3779b1) >>> 21;
  for (;;) {
    const there = ids[place] ?? FREE;
    // Free: a number that is not itself.
    if (there === id || there !== there) return place;
    place = (place + 1) & (PLACES - 1);
  }
}
