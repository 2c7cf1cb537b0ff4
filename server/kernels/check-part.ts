/** What consoles compute again, to see whether they and the server are right about the same. */
import { CHECK_COLUMNS } from '../../protocol/cross-check.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import type { Tools } from '../../shaders/analyses/analysis.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { buildPanel } from '../../shaders/correlation/build-panel.ts';
import { MIN_SAMPLES } from '../../shaders/correlation/panel.ts';
import { rowInputs } from '../../shaders/cross-check/inputs.ts';
import { publish } from '../../shaders/cross-check/published.ts';
import type { KernelRow } from './port.ts';
import type { CheckFigures } from './report.ts';
import { newest } from './structure-part.ts';

/** @param all 1 s returns of `rows`. */
export async function checkFigures(
  all: ReturnsPanel,
  rows: readonly KernelRow[],
  { kernels }: Pick<Tools, 'kernels'>,
): Promise<Result<CheckFigures>> {
  if (all.t < MIN_SAMPLES) {
    return refuse('too-few-samples', `A correlation needs ${MIN_SAMPLES} s; there are ${all.t}.`);
  }
  const panel = newest(all, CHECK_COLUMNS);
  const inputs = rowInputs(panel);
  const built = buildPanel(panel);
  const { n, valid, words } = built;
  const correlated = await kernels.correlate(built);
  const asOf = (panel.times[panel.t - 1] ?? 0) as Micros;
  return ok({
    asOf,
    columns: panel.t,
    backend: kernels.backend,
    rows: rows.map(({ index }, row) => ({
      instrument: index,
      ...(inputs[row] ?? { samples: 0, digest: 0 }),
    })),
    // Other pairs each second.
    ...publish({ ...correlated, n, valid, words }, asOf / 1_000_000),
  });
}
