/** A console's finding in words that people read: only the server's own names, and numbers. */
import { CHECK_BOUND, type CrossCheck, type Finding } from '../../protocol/cross-check.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { apart } from '../../shaders/cross-check/compare.ts';
import type { Disagreement } from './console-verdict.ts';

type Named = (instrument: InstrumentIndex) => string;

/** What the server itself published there; undefined: nothing, the check has no such pair. */
export function recordedOf(check: CrossCheck, finding: Finding): number | null | undefined {
  if (finding.of === 'mean') return check.meanCorrelation;
  return check.pairs.find(([row, column]) => row === finding.row && column === finding.column)?.[2];
}

/** Goes on after who it is of. */
export function disagreementWords(
  { worst, beyond, compared }: Disagreement,
  check: CrossCheck,
  nameOf: Named,
): string {
  const recorded = recordedOf(check, worst) ?? null;
  const what = worst.of === 'mean' ? 'the mean correlation' : pairWords(check, worst, nameOf);
  const among = worst.of === 'mean' ? '' : ` (${beyond} of ${compared} pairs)`;
  const here = `${figure(recorded)} here`;
  if (apart({ own: worst.own, published: recorded }) <= CHECK_BOUND) {
    // It computed what the server did, and read something else of it.
    return `says that the server published ${figure(worst.published)} for ${what}, which was ${here}${among}.`;
  }
  return `computes ${what} as ${figure(worst.own)}, ${here}, from the same returns${among}.`;
}

function pairWords(
  check: CrossCheck,
  { row, column }: Extract<Finding, { of: 'pair' }>,
  nameOf: Named,
): string {
  const name = (at: number): string => {
    const instrument = check.rows[at]?.instrument;
    return instrument === undefined ? 'an unknown instrument' : nameOf(instrument);
  };
  return `the correlation of ${name(row)} and ${name(column)}`;
}

const figure = (value: number | null): string =>
  value === null ? 'none' : `${value < 0 ? '−' : ''}${Math.abs(value).toPrecision(7)}`;
