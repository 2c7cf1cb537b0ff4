/** Which pairs of what is shown are discoveries, and how sure each is. Pure but for what it remembers. */
import {
  differences,
  exceedances,
  pairDiscoveries,
  type PairDiscoveries,
} from '../../shaders/bootstrap/discoveries.ts';
import { FIGURES } from '../../shaders/bootstrap/bootstrapped.ts';
import { effectiveSamples, fisherUncertainty } from '../../shaders/bootstrap/fisher.ts';
import { buildPanel } from '../../shaders/correlation/build-panel.ts';
import type { Interval } from '../../shaders/correlation/interval.ts';
import type { CorrelationInput } from '../../shaders/correlation/panel.ts';
import type { CorrelationResult } from '../../shaders/engine/engine.ts';
import { pairAt, pairsBefore } from '../../shaders/lib/pairs.ts';
import { FALSE_DISCOVERY, type BootstrapAnswer, type PairTest } from './port.ts';

const CONFIDENCE = 0.95;

export interface Tested {
  readonly by: 'fisher' | 'bootstrap';
  readonly found: PairDiscoveries;
  /** Null where there is none. */
  readonly of: (i: number, j: number) => { readonly interval: Interval; readonly exceeds: number } | null;
}

export interface TestedMatrix {
  readonly result: CorrelationResult;
  readonly input: CorrelationInput;
  readonly names: readonly string[];
}

/** Remembers the last answer: pictures are drawn far more often than numbers change. */
export class PairTests {
  #answer: BootstrapAnswer | null = null;
  #held: { readonly key: readonly unknown[]; readonly tested: Tested | null } | null = null;

  bootstrapped(answer: BootstrapAnswer | null): void {
    this.#answer = answer;
  }

  /** Null: nothing is to be tested, or the bootstrap has not answered for this threshold. */
  of(matrix: TestedMatrix, test: PairTest, threshold: number): Tested | null {
    // A resample that moves a return to another age would give it another weight: EWMA is tested by Fisher's.
    const by = test === 'bootstrap' && matrix.result.lambda !== null ? 'fisher' : test;
    if (by === 'size') return null;
    const answer = by === 'bootstrap' ? this.#answer : null;
    const key = [matrix.result, matrix.names, by, threshold, answer];
    if (this.#held?.key.every((each, at) => each === key[at]) !== true) {
      const tested = by === 'fisher' ? byFisher(matrix, threshold) : byBootstrap(matrix, answer, threshold);
      this.#held = { key, tested };
    }
    return this.#held.tested;
  }

  /** Which differences of two windows are discoveries. What a difference tells of a cell is its size. */
  ofChange(now: TestedMatrix, before: Pick<TestedMatrix, 'result' | 'input'>): Tested {
    const key = [now.result, before.result];
    let tested = this.#held?.key.every((each, at) => each === key[at]) === true ? this.#held.tested : null;
    if (!tested) {
      const { n } = now.result;
      const [later, earlier] = [now, before].map(({ result, input }) => {
        return { of: result, samplesOf: effectiveSamples(buildPanel(input)) };
      });
      if (!later || !earlier) throw new Error('two windows are compared');
      const found = pairDiscoveries(differences(later, earlier, n), n, FALSE_DISCOVERY);
      tested = { by: 'fisher', found, of: () => null };
      this.#held = { key, tested };
    }
    return tested;
  }
}

function byFisher({ result, input }: TestedMatrix, threshold: number): Tested {
  const samplesOf = effectiveSamples(buildPanel(input));
  const p = exceedances(result, result.n, samplesOf, threshold);
  return {
    by: 'fisher',
    found: pairDiscoveries(p, result.n, FALSE_DISCOVERY),
    of: (i, j) => {
      const rho = result.matrix[i * result.n + j] ?? 0;
      const figures = fisherUncertainty(rho, samplesOf(i, j), { threshold, confidence: CONFIDENCE });
      return figures && { interval: figures, exceeds: figures.exceeds };
    },
  };
}

/** The analysis leaves out rows of which nothing can be said, so that its pairs are told by their names. */
function byBootstrap(
  { result, names }: TestedMatrix,
  answer: BootstrapAnswer | null,
  threshold: number,
): Tested | null {
  if (answer?.threshold !== threshold) return null;
  const { n } = result;
  const place = new Map(answer.names.map((name, at) => [name, at]));
  const rows = names.map((name) => place.get(name) ?? -1);
  const { uncertainty, resamples } = answer;
  const at = (i: number, j: number): number | null => {
    const [a = -1, b = -1] = [rows[i], rows[j]];
    return a < 0 || b < 0 || a === b ? null : pairAt(uncertainty.n, a, b);
  };
  const p = new Float64Array(pairsBefore(n, n)).fill(Number.NaN);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const pair = at(i, j);
      if (pair === null) continue;
      const exceeds = uncertainty.figures[pair * FIGURES + 2] ?? Number.NaN;
      // No correlation at all is tested by circular shifts; a share of resamples is never quite none of them.
      p[pairAt(n, i, j)] =
        threshold === 0
          ? (uncertainty.p[pair] ?? Number.NaN)
          : (1 + resamples * (1 - exceeds)) / (resamples + 1);
    }
  }
  return {
    by: 'bootstrap',
    found: pairDiscoveries(p, n, FALSE_DISCOVERY),
    of: (i, j) => {
      const pair = at(i, j);
      if (pair === null) return null;
      const [low = Number.NaN, high = Number.NaN, exceeds = Number.NaN] = uncertainty.figures.subarray(
        pair * FIGURES,
        pair * FIGURES + 3,
      );
      return Number.isNaN(low) ? null : { interval: { low, high }, exceeds };
    },
  };
}
