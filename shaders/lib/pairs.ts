/** Pairs (i, j), i < j < n, in a row: those of row 0 first. */

/** Pairs in the rows before `row`; with `row` = n, all of them. */
export function pairsBefore(n: number, row: number): number {
  return row * (n - 1) - (row * (row - 1)) / 2;
}

/** Where a pair stands, whichever of the two is named first; they differ. */
export function pairAt(n: number, i: number, j: number): number {
  const [row, column] = i < j ? [i, j] : [j, i];
  return pairsBefore(n, row) + column - row - 1;
}
