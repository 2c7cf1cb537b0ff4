/**
 * Prices as they were found to returns that may be believed. Nothing is made up: a price that cannot be
 * one is taken out, its two returns with it, and every such step is in the report.
 */
import { Findings, type Rule } from './report.ts';
import type { Prices } from './rows.ts';
import { gapFrom, usualStep } from './step.ts';

/** No share, coin or rate was ever quoted beyond these. */
const LEAST_PRICE = 1e-15;
const MOST_PRICE = 1e15;
/** A bad print: away by a fifth and by so many usual moves, and back to within a quarter of that. */
const SPIKE_RATIO = 1.2;
const SPIKE_SIGMAS = 12;
const SPIKE_BACK = 0.25;
/** Median absolute deviation of a normal law to its σ. */
const MAD_TO_SIGMA = 1.4826;
/** The same price so many times in a row is one that nobody traded at. */
const FLAT_ROWS = 20;

export interface Cleaned {
  /** n × (rows − 1), oldest first; NaN = none. */
  readonly returns: Float64Array<ArrayBuffer>;
  readonly findings: Findings;
  readonly step: number;
}

/**
 * Changes `prices.prices`: what is taken out is NaN there. `asPrinted`: every return between two
 * neighbouring rows with possible prices stays, bad prints and those over gaps included.
 */
export function cleanReturns(table: Prices, asPrinted = false): Cleaned {
  const { names, times, prices } = table;
  const findings = new Findings();
  const step = usualStep(times);
  reportOrder(table, findings);
  const rows = times.length;
  const isGap = gaps(times, step, findings);
  const returns = new Float64Array(names.length * (rows - 1)).fill(Number.NaN);
  names.forEach((name, i) => {
    const series = prices.subarray(i * rows, (i + 1) * rows);
    const found = new SeriesFindings(name, series, times, findings);
    reportMissing(series, found);
    takeOutImpossible(series, found);
    takeOutSpikes(series, found, asPrinted);
    takeOutStale(series, found, asPrinted);
    for (let k = 1; k < rows; k++) {
      if (isGap[k] === 1 && !asPrinted) continue;
      // NaN where either price is missing.
      returns[i * (rows - 1) + k - 1] = Math.log((series[k] ?? 0) / (series[k - 1] ?? 0));
    }
  });
  return { returns, findings, step };
}

/** The findings of one instrument. */
class SeriesFindings {
  readonly #name: string;
  readonly #series: Float64Array;
  readonly #times: Float64Array;
  readonly #findings: Findings;

  constructor(name: string, series: Float64Array, times: Float64Array, findings: Findings) {
    this.#name = name;
    this.#series = series;
    this.#times = times;
    this.#findings = findings;
  }

  /** Rows `from` to `to`, both of it. */
  add(rule: Rule, from: number, to: number): void {
    this.#findings.add({
      rule,
      instrument: this.#name,
      from: this.#times[from] ?? 0,
      to: this.#times[to] ?? 0,
      value: rule === 'missing' ? null : (this.#series[from] ?? null),
      count: to - from + 1,
    });
  }
}

function reportOrder({ times, order }: Prices, findings: Findings): void {
  const whole = { instrument: null, value: null } as const;
  if (order.found !== 'rising') {
    const [from, to] = [times[0] ?? 0, times.at(-1) ?? 0];
    findings.add({ ...whole, rule: 'order', from, to, count: times.length });
  }
  for (const { at, rows } of order.repeated) {
    findings.add({ ...whole, rule: 'repeated-date', from: at, to: at, count: rows });
  }
}

/** 1 for each row that follows a gap. */
function gaps(times: Float64Array, step: number, findings: Findings): Uint8Array {
  const isGap = new Uint8Array(times.length);
  for (let k = 1; k < times.length; k++) {
    const [from, to] = [times[k - 1] ?? 0, times[k] ?? 0];
    if (to - from < gapFrom(step)) continue;
    isGap[k] = 1;
    const count = Math.max(1, Math.round((to - from) / step) - 1);
    findings.add({ rule: 'time-gap', instrument: null, from, to, value: null, count });
  }
  return isGap;
}

function reportMissing(series: Float64Array, found: SeriesFindings): void {
  for (let k = 0; k < series.length; k++) {
    if (!Number.isNaN(series[k])) continue;
    const from = k;
    while (Number.isNaN(series[k + 1])) k++;
    found.add('missing', from, k);
  }
}

function takeOutImpossible(series: Float64Array, found: SeriesFindings): void {
  for (let k = 0; k < series.length; k++) {
    const price = series[k] ?? Number.NaN;
    if (Number.isNaN(price) || (price >= LEAST_PRICE && price <= MOST_PRICE)) continue;
    found.add('not-a-price', k, k);
    series[k] = Number.NaN;
  }
}

/** Against the last price that was believed, so that the way back from a bad print is not one more. */
function takeOutSpikes(series: Float64Array, found: SeriesFindings, asPrinted: boolean): void {
  let limit: number | null = null;
  for (let k = 1; k + 1 < series.length; k++) {
    const ratio = (series[k] ?? 0) / (series[k - 1] ?? 0);
    // Nearly every price: no logarithm of it is needed. NaN stays here too.
    if (!(ratio > SPIKE_RATIO || ratio < 1 / SPIKE_RATIO)) continue;
    const away = Math.log(ratio);
    const back = Math.log((series[k + 1] ?? 0) / (series[k] ?? 0));
    if (!(Math.abs(away + back) <= SPIKE_BACK * Math.min(Math.abs(away), Math.abs(back)))) continue;
    limit ??= SPIKE_SIGMAS * MAD_TO_SIGMA * medianMove(series);
    if (Math.abs(away) <= limit) continue;
    found.add('spike', k, k);
    if (!asPrinted) series[k] = Number.NaN;
    // The price after it is the one before it again.
    k++;
  }
}

/** Of the moves that are not zero: an instrument that trades seldom moves by what it moves when it does. */
function medianMove(series: Float64Array): number {
  const moves = new Float64Array(series.length);
  let count = 0;
  for (let k = 1; k < series.length; k++) {
    const move = Math.abs(Math.log((series[k] ?? 0) / (series[k - 1] ?? 0)));
    if (move > 0) moves[count++] = move;
  }
  return moves.subarray(0, count).sort()[Math.floor(count / 2)] ?? 0;
}

function takeOutStale(series: Float64Array, found: SeriesFindings, asPrinted: boolean): void {
  const end = series.length - 1;
  for (let from = 0; from <= end; from++) {
    if (Number.isNaN(series[from])) continue;
    let to = from;
    while (series[to + 1] === series[from]) to++;
    if (to - from + 1 >= FLAT_ROWS) {
      const rule = runRule(from === 0, to === end);
      found.add(rule, from, to);
      // The price that it moved from or to at its inner end was one.
      if (rule === 'stale-tail' && !asPrinted) series.fill(Number.NaN, from + 1, to + 1);
      if (rule === 'stale-head' && !asPrinted) series.fill(Number.NaN, from, to);
    }
    from = to;
  }
}

function runRule(isFirst: boolean, isLast: boolean): Rule {
  if (isFirst && isLast) return 'constant';
  if (isFirst) return 'stale-head';
  return isLast ? 'stale-tail' : 'flat-run';
}
