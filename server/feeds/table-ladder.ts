import type { Cells } from './table-cells.ts';
import { LEVEL_WORDS, PLACES_WORDS, placeOf } from './table-layout.ts';
import { BOOK_DEPTH } from './table-slots.ts';

/** Where one side of a book stands in the table. */
export interface LadderPart {
  /** Words, from the beginning of the book. */
  readonly rowsAt: number;
  readonly placesAt: number;
  readonly dataAt: number;
  /** 1 where prices fall from row to row, −1 where they rise. */
  readonly sign: 1 | -1;
}

const NOWHERE = -1;

/** Writes the sides of books: a level keeps its place as long as it is shown, so that few words change. */
export class LadderWriter {
  readonly #cells: Cells;
  /** By row. */
  readonly #places = new Int32Array(BOOK_DEPTH);

  constructor(cells: Cells) {
    this.#cells = cells;
  }

  /** The first `rows` levels of a side, best first, of the book at word `at`. */
  write(at: number, part: LadderPart, prices: Float64Array, sizes: Float64Array, rows: number): void {
    const cells = this.#cells;
    const places = this.#places;
    this.#keep(at, part, prices, rows);
    for (let row = 0; row < rows; row++) {
      const level = at + part.dataAt + (places[row] ?? 0) * LEVEL_WORDS;
      cells.value(level, prices[row] ?? 0);
      cells.value(level + 2, sizes[row] ?? 0);
    }
    for (let row = rows; row < BOOK_DEPTH; row++) places[row] = 0;
    for (let word = 0; word < PLACES_WORDS; word++) {
      const row = word * 4;
      const four =
        (places[row] ?? 0) |
        ((places[row + 1] ?? 0) << 8) |
        ((places[row + 2] ?? 0) << 16) |
        ((places[row + 3] ?? 0) << 24);
      cells.word(at + part.placesAt + word, four);
    }
    cells.word(at + part.rowsAt, rows);
  }

  /** Finds the rows their places: the one where the price stands already, else one that nobody keeps. */
  #keep(
    at: number,
    { rowsAt, placesAt, dataAt, sign }: LadderPart,
    prices: Float64Array,
    rows: number,
  ): void {
    const cells = this.#cells;
    const places = this.#places;
    const before = cells.words[at + rowsAt] ?? 0;
    let taken = 0;
    let old = 0;
    for (let row = 0; row < rows; row++) {
      const price = prices[row] ?? 0;
      let place = NOWHERE;
      let ahead = -1;
      // Rows that were better than this one are gone.
      for (; old < before; old++) {
        place = placeOf(cells.words, at + placesAt, old);
        ahead = sign * (cells.valueAt(at + dataAt + place * LEVEL_WORDS) - price);
        if (ahead <= 0) break;
      }
      // A writer that died may have left two rows with one place.
      const kept = ahead === 0 && (taken & (1 << place)) === 0;
      places[row] = kept ? place : NOWHERE;
      if (!kept) continue;
      taken |= 1 << place;
      old += 1;
    }
    for (let row = 0; row < rows; row++) {
      if (places[row] !== NOWHERE) continue;
      const free = ~taken & -~taken;
      places[row] = 31 - Math.clz32(free);
      taken |= free;
    }
  }
}
