/**
 * How often each spin of each chain was up. Counters of 32 chains stand on end, a bit of all of them
 * to a word, so that adding a word of spins costs a carry or two instead of 32 additions.
 */
export class ChainCounts {
  readonly #planes: Uint32Array[] = [];
  readonly #size: number;

  /** @param size words of a state: n × ⌈chains/32⌉ */
  constructor(size: number) {
    this.#size = size;
  }

  add(spins: Uint32Array): void {
    for (let at = 0; at < this.#size; at++) {
      let carry = spins[at] ?? 0;
      for (let p = 0; carry !== 0; p++) {
        const plane = (this.#planes[p] ??= new Uint32Array(this.#size));
        const held = plane[at] ?? 0;
        plane[at] = held ^ carry;
        carry &= held;
      }
    }
  }

  /** Times up, n × chains. */
  totals(): Uint32Array<ArrayBuffer> {
    const totals = new Uint32Array(this.#size * 32);
    this.#planes.forEach((plane, p) => {
      for (let at = 0; at < this.#size; at++) {
        const word = plane[at] ?? 0;
        for (let bit = 0; word !== 0 && bit < 32; bit++) {
          totals[at * 32 + bit] = (totals[at * 32 + bit] ?? 0) + (((word >>> bit) & 1) << p);
        }
      }
    });
    return totals;
  }
}
