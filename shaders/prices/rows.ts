/** Rows as they were read, and the table that they make in the order of time. */

/** Prices by instrument, each oldest first; MISSING and NO_NUMBER where there is none (`price.ts`). */
export interface Prices {
  readonly names: readonly string[];
  /** µs, strictly rising. */
  readonly times: Float64Array;
  /** names.length × times.length. */
  readonly prices: Float64Array;
  readonly order: RowOrder;
}

/** What was done so that times rise. */
export interface RowOrder {
  /** `rising` as they should be, `falling` newest first throughout, else `mixed`: sorted. */
  readonly found: 'rising' | 'falling' | 'mixed';
  /** The first line whose date does not follow the one before; null: there is none. */
  readonly line: number | null;
  /** Dates that came more than once, and how many rows of each were left out: the last one counts. */
  readonly repeated: readonly { readonly at: number; readonly rows: number }[];
}

const BLOCK_CELLS = 65_536;

export class RowBlocks {
  readonly #width: number;
  readonly #rowsPerBlock: number;
  #blocks: Float64Array[] = [];
  readonly #times: number[] = [];
  readonly #lines: number[] = [];

  constructor(width: number) {
    this.#width = width;
    this.#rowsPerBlock = Math.max(1, Math.floor(BLOCK_CELLS / Math.max(1, width)));
  }

  get length(): number {
    return this.#times.length;
  }

  /** The row to fill. */
  add(at: number, line: number): Float64Array {
    const place = this.#times.length % this.#rowsPerBlock;
    if (place === 0) this.#blocks.push(new Float64Array(this.#rowsPerBlock * this.#width));
    this.#times.push(at);
    this.#lines.push(line);
    const block = this.#blocks.at(-1);
    return block ? block.subarray(place * this.#width, (place + 1) * this.#width) : new Float64Array(0);
  }

  /** Ends the rows' life here: a block is let go as soon as it is copied where its rows are in order. */
  finish(names: readonly string[]): Prices {
    const { rows, order } = this.#ordered();
    const t = rows.length;
    const prices = new Float64Array(this.#width * t);
    rows.forEach((row, k) => {
      const block = this.#blocks[Math.floor(row / this.#rowsPerBlock)] ?? new Float64Array(0);
      const from = (row % this.#rowsPerBlock) * this.#width;
      for (let i = 0; i < this.#width; i++) prices[i * t + k] = block[from + i] ?? Number.NaN;
    });
    this.#blocks = [];
    return { names, times: Float64Array.from(rows, (row) => this.#times[row] ?? 0), prices, order };
  }

  #ordered(): { readonly rows: readonly number[]; readonly order: RowOrder } {
    const times = this.#times;
    const at = (row: number): number => times[row] ?? 0;
    const rows = times.map((_, row) => row);
    const back = rows.find((row) => row > 0 && at(row) < at(row - 1));
    const forth = rows.find((row) => row > 0 && at(row) > at(row - 1));
    // Of the same time the later line comes last: stable.
    if (back !== undefined) rows.sort((a, b) => at(a) - at(b) || a - b);
    const repeated: { at: number; rows: number }[] = [];
    const kept = rows.filter((row, k) => {
      const next = rows[k + 1];
      if (next === undefined || at(next) !== at(row)) return true;
      const last = repeated.at(-1);
      if (last?.at === at(row)) last.rows++;
      else repeated.push({ at: at(row), rows: 1 });
      return false;
    });
    const found = back === undefined ? 'rising' : forth === undefined ? 'falling' : 'mixed';
    const line = back === undefined ? null : (this.#lines[back] ?? null);
    return { rows: kept, order: { found, line, repeated } };
  }
}
