/** Value at risk and expected shortfall of the present book, over a day. Money is whole again at the edge. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { InstrumentIndex, QuoteMicros } from '../../protocol/units.ts';
import type { Tools } from '../../shaders/analyses/analysis.ts';
import { isPresent, selectRows, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { buildPanel } from '../../shaders/correlation/build-panel.ts';
import { MIN_SAMPLES } from '../../shaders/correlation/panel.ts';
import { cholesky } from '../../shaders/lib/cholesky.ts';
import { tailRisks } from '../../shaders/portfolio/risk.ts';
import type { Draw, Market } from '../../shaders/portfolio/scenarios.ts';
import { positiveDefinite } from '../../shaders/structure/positive.ts';
import type { HeldPosition } from './port.ts';
import type { BookRisk } from './report.ts';

export const LEVEL = 0.99;
/** A day of 1 min returns: these markets do not close. Fat tails: Student's t of 5 degrees. */
const DRAW: Draw = { scenarios: 20_000, horizon: 1440, degrees: 5, seed: [1, 0] };

/** @param minutes 1 min returns. */
export async function bookRisk(
  minutes: ReturnsPanel,
  indexOf: ReadonlyMap<string, InstrumentIndex>,
  book: readonly HeldPosition[],
  { kernels }: Pick<Tools, 'kernels'>,
): Promise<Result<BookRisk>> {
  const held = book.filter(({ lots }) => lots !== 0);
  const sigmas = sigmasOf(minutes);
  const rows = held.map(({ name }) => minutes.names.indexOf(name));
  for (const [at, { name, value }] of held.entries()) {
    if (value === null) return refuse('no-price', `${name} is held and has no fresh price.`);
    if (!(sigmas[rows[at] ?? -1] ?? null)) {
      return refuse('no-returns', `${name} is held and has fewer than ${MIN_SAMPLES} minutes of returns.`);
    }
  }
  if (sigmas.every((sigma) => sigma === null)) {
    return refuse('too-few-samples', `No instrument has ${MIN_SAMPLES} minutes of returns.`);
  }
  const own = selectRows(minutes, rows);
  const sigma = Float64Array.from(rows, (row) => sigmas[row] ?? 0);
  const market = await marketOf(own, sigma, kernels);
  if (!market) return refuse('no-correlations', 'The correlations of what is held are not to be had.');
  const exposure = Float64Array.from(held, ({ value }) => Number(value));
  const [risk] = tailRisks(market, exposure, DRAW, [LEVEL]);
  const [one] = tailRisks(ONE, Float64Array.of(1), DRAW, [LEVEL]);
  if (!risk || !one) throw new RangeError(`there is no risk at ${LEVEL}`);
  const perDollar = new Map<InstrumentIndex, number>();
  minutes.names.forEach((name, row) => {
    const [index, own] = [indexOf.get(name), sigmas[row] ?? null];
    if (index !== undefined && own !== null) perDollar.set(index, Math.ceil(own * one.valueAtRisk * 1e6));
  });
  const { valueAtRisk, valueAtRiskWithin, shortfall } = risk;
  return ok({
    asOf: minutes.times[minutes.t - 1] ?? Number.NaN,
    level: LEVEL,
    valueAtRisk: micros(valueAtRisk),
    within: [micros(valueAtRiskWithin[0]), micros(valueAtRiskWithin[1])],
    shortfall: micros(shortfall),
    perDollar,
    held: new Map(held.map(({ index, lots }) => [index, lots])),
  });
}

/** One instrument that moves by 1 a minute. */
const ONE: Market = {
  n: 1,
  factor: Float64Array.of(1),
  sigma: Float64Array.of(1),
  drift: Float64Array.of(0),
};

async function marketOf(
  panel: ReturnsPanel,
  sigma: Float64Array,
  kernels: Tools['kernels'],
): Promise<Market | null> {
  const { n } = panel;
  const drift = new Float64Array(n);
  if (n === 0) return { n, factor: new Float64Array(0), sigma, drift };
  const correlated = await kernels.correlate(buildPanel(panel));
  const factor = cholesky(positiveDefinite(correlated, n).matrix, n);
  return factor && { n, factor, sigma, drift };
}

/** Root mean square by row: around 0, a minute's mean is none. Null: too few returns, or it never moves. */
function sigmasOf(panel: ReturnsPanel): (number | null)[] {
  return panel.names.map((_, i) => {
    let [count, squares] = [0, 0];
    for (let k = 0; k < panel.t; k++) {
      if (!isPresent(panel, i, k)) continue;
      count++;
      squares += (panel.returns[i * panel.t + k] ?? 0) ** 2;
    }
    return count >= MIN_SAMPLES && squares > 0 ? Math.sqrt(squares / count) : null;
  });
}

/** A risk is never understated: rounded up. */
const micros = (value: number): QuoteMicros => BigInt(Math.ceil(value)) as QuoteMicros;
