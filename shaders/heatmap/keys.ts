/**
 * A cell as one whole number that is the larger the more it is to be seen: the strongest of many cells is
 * then the largest, in whatever order they are looked at, on every backend.
 *
 * 0: nothing is known. 1: the diagonal, which is 1 by definition and would hide its neighbours. Else
 * 2 × rank + (0 below zero, 1 from zero on), where what is faint ranks below all that is not.
 */
import { LEVELS } from './view.ts';

export const NOTHING = 0;
export const DIAGONAL = 1;
/** Added to the rank of what is not faint; ranks of faint cells are 1 … FIRM. */
const FIRM = LEVELS + 1;
/** All keys are below. */
export const KEYS = 2 * (2 * FIRM + 1);

/** @param value −2 … 2, as differences of correlations may be; beyond 1 it is taken for the end. */
export function cellKey(value: number, isFaint: boolean): number {
  const level = (value * LEVELS) | 0;
  // All ones below zero. Asked of every cell of every matrix, with signs that no processor guesses: no branch.
  const below = level >> 31;
  const size = (level ^ below) - below;
  const rank = 1 + (size < LEVELS ? size : LEVELS) + (isFaint ? 0 : FIRM);
  return 2 * rank + 1 + below;
}

/** What a key from 2 on says. */
export function keyed(key: number): { readonly level: number; readonly isFaint: boolean } {
  const rank = key >> 1;
  const isFaint = rank <= FIRM;
  const size = rank - 1 - (isFaint ? 0 : FIRM);
  return { level: (key & 1) === 1 ? size : -size, isFaint };
}

/** The one that is to be seen first; without a branch, which nobody could guess. */
export function larger(a: number, b: number): number {
  const less = a - b;
  return a - (less & (less >> 31));
}
