/** The market's structure, what changed in it and what falls with what, each as figures. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { analyse, type Tools } from '../../shaders/analyses/analysis.ts';
import { ANALYSES } from '../../shaders/analyses/registry.ts';
import { isPresent, selectColumns, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { marketBreak, type MarketBreak } from '../../shaders/detectors/market-break.ts';
import type { CascadeFigures, StructureFigures } from './report.ts';

const SEED = 1;

export async function structureFigures(
  panel: ReturnsPanel,
  indexOf: ReadonlyMap<string, InstrumentIndex>,
  least: number,
  tools: Tools,
): Promise<Result<StructureFigures>> {
  // One point of history: what went before is in the record of earlier runs.
  const options = { least, seed: SEED, window: panel.t, every: panel.t };
  const answered = await analyse(ANALYSES.structure, panel, options, tools);
  if (!answered.ok) return answered;
  const { answer, names, provenance } = answered.value;
  const sizes = new Map<number, number>();
  for (const number of answer.cluster) sizes.set(number, (sizes.get(number) ?? 0) + 1);
  const clusterOf = new Map<InstrumentIndex, number>();
  names.forEach((name, row) => {
    const index = indexOf.get(name);
    if (index !== undefined) clusterOf.set(index, answer.cluster[row] ?? 0);
  });
  return ok({
    horizon: panel.horizon,
    asOf: provenance.asOf,
    instruments: provenance.instruments,
    samples: provenance.samples,
    absorption: answer.absorption.ratio,
    factors: answer.absorption.factors,
    meanCorrelation: answer.meanCorrelation,
    clusters: [...sizes.values()].filter((size) => size > 1).length,
    clusterOf,
  });
}

/** Steps that stay together, and how often the sides are thrown anew. */
const BLOCK = 20;
const REARRANGEMENTS = 199;

/** The newest quarter of the window against the rest. */
export function shockOf(panel: ReturnsPanel, random: () => number): Result<MarketBreak> {
  const split = panel.t - Math.floor(panel.t / 4);
  const found = marketBreak(panel, split, { block: BLOCK, rearrangements: REARRANGEMENTS, random });
  return found
    ? ok(found)
    : refuse('too-few-samples', 'Fewer than 3 instruments moved in both parts of the window.');
}

const OTHERS = 12;
const CHAINS = 512;

/** Given the instrument that fell most over the window for its size. */
export async function cascadeFigures(panel: ReturnsPanel, tools: Tools): Promise<Result<CascadeFigures>> {
  const given = worstName(panel);
  if (given === null) return refuse('too-few-samples', 'No instrument moved in this window.');
  const options = { given, others: OTHERS, chains: CHAINS, seed: SEED };
  const answered = await analyse(ANALYSES.cascade, panel, options, tools);
  if (!answered.ok) return answered;
  const { others, counts } = answered.value.answer;
  const k = Math.ceil(0.75 * others.length);
  const found = counts[k - 1]?.given;
  if (!found) return refuse('too-seldom', `${given} is down too seldom to say what falls with it.`);
  return ok({ given, probability: found.value, error: found.error, k, of: others.length });
}

/** Null: none moved. */
export function worstName(panel: ReturnsPanel): string | null {
  let worst: { readonly name: string; readonly score: number } | null = null;
  for (let i = 0; i < panel.n; i++) {
    let [count, sum, squares] = [0, 0, 0];
    for (let k = 0; k < panel.t; k++) {
      if (!isPresent(panel, i, k)) continue;
      const value = panel.returns[i * panel.t + k] ?? 0;
      count++;
      sum += value;
      squares += value * value;
    }
    if (!(squares > 0)) continue;
    const score = sum / Math.sqrt(squares);
    if (count > 0 && (worst === null || score < worst.score)) worst = { name: panel.names[i] ?? '', score };
  }
  return worst?.name ?? null;
}

/** The newest columns of a panel, all where there are fewer. */
export function newest(panel: ReturnsPanel, columns: number): ReturnsPanel {
  return columns >= panel.t ? panel : selectColumns(panel, panel.t - columns, panel.t);
}
