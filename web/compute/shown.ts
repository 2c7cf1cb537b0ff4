/** What the heatmap shows: a window's correlations, or how they differ from those of the window before. */
import { usualBlockLength } from '../../shaders/bootstrap/block-table.ts';
import { selectColumns, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { commonSamples, isInvalid } from '../../shaders/correlation/correlated.ts';
import { fisherInterval } from '../../shaders/correlation/interval.ts';
import { correlationChange, largestBreaks } from '../../shaders/detectors/largest-breaks.ts';
import type { CorrelationEngine, CorrelationResult, SquareMatrix } from '../../shaders/engine/engine.ts';
import { uniform } from '../../shaders/lib/uniform.ts';
import type { Tested } from './pair-tests.ts';
import { DECAY, type CellReading, type HeatmapOptions, type PairBreak } from './port.ts';

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

interface Compared {
  readonly result: CorrelationResult;
  readonly from: number;
  readonly to: number;
  readonly breaks: readonly PairBreak[];
}

type Asked = Pick<HeatmapOptions, 'window' | 'weighting' | 'compared'>;

/** @param panel both windows, where two are compared */
export async function correlateShown(
  engine: CorrelationEngine,
  panel: ReturnsPanel,
  { window, weighting, compared }: Asked,
): Promise<Shown> {
  const lambda = weighting === 'ewma' ? DECAY : null;
  const split = compared ? Math.ceil(panel.t / 2) : 0;
  const recent = split === 0 ? panel : selectColumns(panel, split, panel.t);
  if (split === 0) {
    const result = await engine.compute({ ...recent, lambda });
    return { window, panel: recent, result, compared: null, matrix: result };
  }
  const earlier = selectColumns(panel, 2 * split - panel.t, split);
  const before = await engine.compute({ ...earlier, lambda });
  const now = await engine.compute({ ...recent, lambda });
  const found = largestBreaks(
    { now, before },
    selectColumns(panel, 2 * split - panel.t, panel.t),
    earlier.t,
    {
      count: BREAKS,
      block: usualBlockLength(earlier.t),
      rearrangements: REARRANGEMENTS,
      random: uniform(SEED),
    },
  );
  const breaks = found.map(({ i, j, ...rest }) => ({
    row: panel.names[i] ?? '',
    column: panel.names[j] ?? '',
    ...rest,
  }));
  const span = { from: earlier.times[0] ?? 0, to: earlier.times.at(-1) ?? 0 };
  const matrix = { ...correlationChange(now, before), n: now.n };
  return { window, panel: recent, result: now, compared: { result: before, breaks, ...span }, matrix };
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
