/** What the heatmap shows: a window's correlations, or how they differ from those of another. */
import { usualBlockLength } from '../../shaders/bootstrap/block-table.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { commonSamples, isInvalid } from '../../shaders/correlation/correlated.ts';
import { fisherInterval } from '../../shaders/correlation/interval.ts';
import { correlationChange, largestBreaks } from '../../shaders/detectors/largest-breaks.ts';
import type { CorrelationEngine, CorrelationResult, SquareMatrix } from '../../shaders/engine/engine.ts';
import { uniform } from '../../shaders/lib/uniform.ts';
import type { Tested } from './pair-tests.ts';
import { DECAY, type Before, type CellReading, type HeatmapOptions, type PairBreak } from './port.ts';
import { inTurn, type Windows } from './windows.ts';

/** So many pairs are named as the largest breaks. */
const BREAKS = 10;
const REARRANGEMENTS = 499;
const SEED = 1;

export interface Shown {
  /** Columns that were asked for. */
  readonly window: number;
  readonly panel: ReturnsPanel;
  readonly result: CorrelationResult;
  readonly compared: Compared | null;
  /** What is coloured. */
  readonly matrix: SquareMatrix;
}

interface Compared extends Before {
  readonly panel: ReturnsPanel;
  readonly result: CorrelationResult;
  readonly breaks: readonly PairBreak[];
}

type Asked = Pick<HeatmapOptions, 'window' | 'weighting'>;

/** @param panels what is shown, and what it is compared with, row by row the same instruments */
export async function correlateShown(
  engine: CorrelationEngine,
  { panel, before }: Windows,
  { window, weighting }: Asked,
): Promise<Shown> {
  const lambda = weighting === 'ewma' ? DECAY : null;
  if (before === null) {
    const result = await engine.compute({ ...panel, lambda });
    return { window, panel, result, compared: null, matrix: result };
  }
  const earlier = before.panel;
  const then = await engine.compute({ ...earlier, lambda });
  const now = await engine.compute({ ...panel, lambda });
  const found = largestBreaks({ now, before: then }, inTurn(earlier, panel), earlier.t, {
    count: BREAKS,
    block: usualBlockLength(Math.min(earlier.t, panel.t)),
    rearrangements: REARRANGEMENTS,
    random: uniform(SEED),
  });
  const breaks = found.map(({ i, j, ...rest }) => ({
    row: panel.names[i] ?? '',
    column: panel.names[j] ?? '',
    ...rest,
  }));
  const compared: Compared = {
    ...{ panel: earlier, result: then, breaks, isJustBefore: before.isJustBefore },
    ...{ from: earlier.times[0] ?? 0, to: earlier.times.at(-1) ?? 0 },
    ...{ horizon: earlier.horizon, source: earlier.source },
  };
  return { window, panel, result: now, compared, matrix: { ...correlationChange(now, then), n: now.n } };
}

/** What is known of a cell. */
export function readCell(
  { panel, result, compared }: Shown,
  tested: Tested | null,
  threshold: number,
  [i, j]: readonly [row: number, column: number],
): CellReading {
  const at = i * result.n + j;
  const samples = commonSamples(result, i, j);
  const names = { row: panel.names[i] ?? '', column: panel.names[j] ?? '', samples };
  if (isInvalid(result.invalid, result.n, i, j)) {
    return { ...names, rho: null, interval: null, before: null, tested: null };
  }
  const rho = result.matrix[at] ?? 0;
  const effective = result.lambda === null ? samples : Math.min(samples, result.effectiveSamples);
  const figures = i === j ? null : (tested?.of(i, j) ?? null);
  return {
    ...names,
    rho,
    interval: figures?.interval ?? fisherInterval(rho, effective),
    before:
      compared === null || isInvalid(compared.result.invalid, result.n, i, j)
        ? null
        : (compared.result.matrix[at] ?? 0),
    tested: figures && {
      threshold,
      exceeds: figures.exceeds,
      survives: tested?.found.survives(i, j) === true,
    },
  };
}
