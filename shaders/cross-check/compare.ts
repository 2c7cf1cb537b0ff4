/** Whether two computed the same of the same: pure. Inputs first, for other inputs are no other arithmetic. */
import { CHECK_BOUND, type CrossCheck, type Finding } from '../../protocol/cross-check.ts';
import type { RowInput } from './inputs.ts';
import { meanOf, rhoOf, type Founded } from './published.ts';

/** What a console made of the columns of a check: its rows in the check's order. */
export interface OwnFigures {
  readonly inputs: readonly RowInput[];
  readonly matrix: Founded;
}

/** Rows whose returns are not the server's. */
export interface OtherInputs {
  /** Have fewer returns here, have more, have as many and not the same. */
  readonly fewer: number;
  readonly more: number;
  readonly other: number;
  readonly of: number;
}

export type Comparison =
  | {
      readonly kind: 'agreed';
      /** Pairs that were compared, of those that have a correlation at the server. */
      readonly compared: number;
      readonly of: number;
      /** How far the furthest are apart. */
      readonly error: number;
      readonly inputs: OtherInputs;
    }
  | {
      readonly kind: 'disagreed';
      readonly compared: number;
      readonly of: number;
      /** Pairs apart by more than the bound; 0 where only the mean is. */
      readonly beyond: number;
      readonly worst: Finding;
    }
  /** Too little stands on the same returns to say that the arithmetic is the same. */
  | { readonly kind: 'other-inputs'; readonly inputs: OtherInputs }
  /** The server has no correlation to compare with. */
  | { readonly kind: 'nothing' };

/** So many of the pairs have to be compared before it is called agreement. */
const ENOUGH = 0.5;

/**
 * A pair is compared where both rows have the server's returns: there ρ is of these two rows alone, whatever the
 * others lack. The mean is compared where all have.
 */
export function compare(
  check: Pick<CrossCheck, 'rows' | 'pairs' | 'meanCorrelation'>,
  { inputs, matrix }: OwnFigures,
  bound: number = CHECK_BOUND,
): Comparison {
  const isSame = check.rows.map(
    ({ samples, digest }, at) => inputs[at]?.samples === samples && inputs[at].digest === digest,
  );
  const findings = check.pairs.flatMap(([row, column, published]): Finding[] => {
    if (isSame[row] !== true || isSame[column] !== true) return [];
    return [{ of: 'pair', row, column, own: rhoOf(matrix, row, column), published }];
  });
  // Where neither has a correlation there is nothing to be right about.
  const told = findings.filter(({ own, published }) => own !== null || published !== null);
  const beyond = told.filter((finding) => apart(finding) > bound).length;
  const isWhole = isSame.every(Boolean);
  const mean: Finding = { of: 'mean', own: meanOf(matrix), published: check.meanCorrelation };
  const worst = worstOf(isWhole ? [...told, mean] : told);
  const of = check.pairs.filter(([, , published]) => published !== null).length;
  const compared = told.length;
  if (worst && compared > 0 && apart(worst) > bound) {
    return { kind: 'disagreed', compared, of, beyond, worst };
  }
  const others = otherInputs(check.rows, inputs);
  if (compared < ENOUGH * of) return { kind: 'other-inputs', inputs: others };
  if (!worst || compared === 0)
    return isWhole ? { kind: 'nothing' } : { kind: 'other-inputs', inputs: others };
  return { kind: 'agreed', compared, of, error: apart(worst), inputs: others };
}

/** Infinite where one has a correlation and the other has none. */
export function apart({ own, published }: Pick<Finding, 'own' | 'published'>): number {
  if (own === null && published === null) return 0;
  if (own === null || published === null) return Infinity;
  return Math.abs(own - published);
}

function worstOf(findings: readonly Finding[]): Finding | null {
  let worst: Finding | null = null;
  for (const finding of findings) if (!worst || apart(finding) > apart(worst)) worst = finding;
  return worst;
}

function otherInputs(rows: CrossCheck['rows'], inputs: readonly RowInput[]): OtherInputs {
  let [fewer, more, other] = [0, 0, 0];
  rows.forEach(({ samples, digest }, at) => {
    const own = inputs[at];
    if ((own?.samples ?? 0) < samples) fewer++;
    else if ((own?.samples ?? 0) > samples) more++;
    else if (own?.digest !== digest) other++;
  });
  return { fewer, more, other, of: rows.length };
}
