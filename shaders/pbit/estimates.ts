/**
 * From integer counts to probabilities. Errors are of a delete-one jackknife over the eight blocks of
 * chains, which share nothing: also right where a statistic is a ratio or a product.
 */
import type { Question, Tally } from './down-tally.ts';
import { pairCount, pairIndex } from './ising.ts';
import { BLOCKS } from './sampler.ts';

/** What was counted, block by block. */
export interface Counts {
  readonly n: number;
  /** States seen in each block: its chains times the measured sweeps. */
  readonly draws: number;
  /** Times up: spin i of block b at i·8 + b. */
  readonly up: Float64Array;
  /** Times m_i ≠ m_j, at pairIndex(i, j)·8 + b. */
  readonly differing: Uint32Array;
}

export interface Estimate {
  readonly value: number;
  /** One standard error. */
  readonly error: number;
}

export interface PairEstimates {
  /** ⟨m_i m_j⟩ at pairIndex(i, j), and its errors. */
  readonly moments: Float64Array;
  readonly momentErrors: Float64Array;
  /** C_ij = ⟨m_i m_j⟩ − ⟨m_i⟩⟨m_j⟩, and its errors. */
  readonly connected: Float64Array;
  readonly connectedErrors: Float64Array;
}

export function pairEstimates(counts: Counts): PairEstimates {
  const size = pairCount(counts.n);
  const out = {
    moments: new Float64Array(size),
    momentErrors: new Float64Array(size),
    connected: new Float64Array(size),
    connectedErrors: new Float64Array(size),
  };
  const moment = (draws: number, _i: number, _j: number, differing: number): number =>
    1 - (2 * differing) / draws;
  const connected = (draws: number, upI: number, upJ: number, differing: number): number =>
    1 - (2 * differing) / draws - ((2 * upI) / draws - 1) * ((2 * upJ) / draws - 1);
  for (let j = 1; j < counts.n; j++) {
    for (let i = 0; i < j; i++) {
      const at = pairIndex(i, j);
      const m = pairStatistic(counts, i, j, moment);
      const c = pairStatistic(counts, i, j, connected);
      out.moments[at] = m.value;
      out.momentErrors[at] = m.error;
      out.connected[at] = c.value;
      out.connectedErrors[at] = c.error;
    }
  }
  return out;
}

/** P(spin j down | spin `given` down) for every j (1 for itself); null where that was seen too seldom. */
export function downGiven(counts: Counts, given: number): (Estimate | null)[] {
  return Array.from({ length: counts.n }, (_, j) =>
    j === given
      ? { value: 1, error: 0 }
      : known(
          pairStatistic(counts, given, j, (draws, upGiven, upJ, differing) => {
            const bothDown = draws - (upGiven + upJ + differing) / 2;
            return bothDown / (draws - upGiven);
          }),
        ),
  );
}

/** P(at least k of the set down), among the chains that the question counts; null where there were too few. */
export function atLeast({ set }: Question, tally: Tally, k: number): Estimate | null {
  const width = set.length + 1;
  const seen = new Float64Array(BLOCKS);
  const met = new Float64Array(BLOCKS);
  tally.forEach((count, at) => {
    const block = Math.floor(at / width);
    seen[block] = (seen[block] ?? 0) + count;
    if (at % width >= k) met[block] = (met[block] ?? 0) + count;
  });
  const [allSeen, allMet] = [sum(seen), sum(met)];
  return known(
    jackknife((left) =>
      left === null ? allMet / allSeen : (allMet - (met[left] ?? 0)) / (allSeen - (seen[left] ?? 0)),
    ),
  );
}

type PairStatistic = (draws: number, upI: number, upJ: number, differing: number) => number;

function pairStatistic(
  { draws, up, differing }: Counts,
  i: number,
  j: number,
  statistic: PairStatistic,
): Estimate {
  const pair = pairIndex(Math.min(i, j), Math.max(i, j)) * BLOCKS;
  let [upI, upJ, apart] = [0, 0, 0];
  for (let b = 0; b < BLOCKS; b++) {
    upI += up[i * BLOCKS + b] ?? 0;
    upJ += up[j * BLOCKS + b] ?? 0;
    apart += differing[pair + b] ?? 0;
  }
  return jackknife((left) =>
    left === null
      ? statistic(draws * BLOCKS, upI, upJ, apart)
      : statistic(
          draws * (BLOCKS - 1),
          upI - (up[i * BLOCKS + left] ?? 0),
          upJ - (up[j * BLOCKS + left] ?? 0),
          apart - (differing[pair + left] ?? 0),
        ),
  );
}

/** @param statistic of all blocks (null) or of all but one. */
function jackknife(statistic: (leftOut: number | null) => number): Estimate {
  let total = 0;
  let squares = 0;
  for (let b = 0; b < BLOCKS; b++) {
    const value = statistic(b);
    total += value;
    squares += value * value;
  }
  const spread = Math.max(0, squares - (total * total) / BLOCKS);
  return { value: statistic(null), error: Math.sqrt(((BLOCKS - 1) / BLOCKS) * spread) };
}

/** What no block, or one block alone, has seen has no error and is not told. */
const known = (estimate: Estimate): Estimate | null =>
  Number.isFinite(estimate.value) && Number.isFinite(estimate.error) ? estimate : null;

const sum = (xs: Float64Array): number => xs.reduce((a, b) => a + b, 0);
