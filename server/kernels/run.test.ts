import { expect, it } from 'vitest';
import type { Lots, QuoteMicros } from '../../protocol/units.ts';
import { tools } from '../../shaders/analyses/planted.testkit.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { MinuteCascades } from './detect.ts';
import { indexes, market } from './kernels.testkit.ts';
import type { HeldPosition } from './port.ts';
import { runKernels, wasCut, type RunInput } from './run.ts';

const NAMES = ['A', 'B', 'C', 'D'];
const rows = [...indexes(NAMES)].map(([name, index]) => ({ name, index }));
const OPTIONS = { window: 600, clusterCorrelation: 0.3 };
const MINUTES_A_DAY = 1440;

function input(panel: ReturnsPanel, book: readonly HeldPosition[] = []): RunInput {
  const cascades = new MinuteCascades(NAMES.length);
  return { panel, rows, listed: 9, book, spreadAt: () => 0.001, cascades };
}

/** A dollar amount of A, B, … in millionths. */
const held = (...dollars: readonly (number | null)[]): HeldPosition[] =>
  dollars.flatMap((value, at) => {
    const row = rows[at];
    const lots = (value !== null && value < 0 ? -1 : 1) as Lots;
    const worth = value === null ? null : ((BigInt(value) * 1_000_000n) as QuoteMicros);
    return row ? [{ ...row, lots, value: worth }] : [];
  });

it('says of a market what it is made of, and of what it cannot say yet, why', async () => {
  const report = await runKernels(input(market(NAMES, 4000, 1)), OPTIONS, tools());
  if (!report.seconds.ok || !report.minutes.ok) throw new Error('no structure');
  expect(report.seconds.value).toMatchObject({ instruments: 4, samples: 600, clusters: 1 });
  expect(report.seconds.value.meanCorrelation).toBeCloseTo(0.5, 1);
  expect(report.minutes.value.samples).toBe(66);
  expect(report.minutes.value.clusterOf.size).toBe(4);
  expect(report.shock).toMatchObject({ ok: true, value: { instruments: 4 } });
  expect(report.cascade.ok && report.cascade.value.of).toBe(3);
  expect(report.wild.ok && report.wild.value.probability).toBeLessThan(0.9);
  expect(report.flash).toMatchObject({ ok: true, value: { crashing: [], watched: 4 } });
  expect(report.coExceedance).toMatchObject({ ok: false, error: { code: 'learning' } });
  expect(report).toMatchObject({ instruments: 4, listed: 9, asOf: 24 * 3_600_000_000 });
});

it('R-5 the value at risk of one instrument is that of its law, and a hedge has less', async () => {
  const panel = market(NAMES, 4000, 2);
  const risk = async (book: readonly HeldPosition[]) => {
    const { risk: found } = await runKernels(input(panel, book), OPTIONS, tools());
    if (!found.ok) throw new Error(found.error.sentence);
    return found.value;
  };
  const alone = await risk(held(1_000_000));
  // σ of a minute is 1e-4 · √2 · √60, of a day √1440 of that; Student's t of 5 degrees at 99 %, of unit variance: 2.606.
  const sigma = 1e-4 * Math.SQRT2 * Math.sqrt(60 * MINUTES_A_DAY);
  expect(Number(alone.valueAtRisk) / (1e12 * sigma * 2.606)).toBeGreaterThan(0.8);
  expect(Number(alone.valueAtRisk) / (1e12 * sigma * 2.606)).toBeLessThan(1.2);
  expect(alone.shortfall > alone.valueAtRisk).toBe(true);
  const [unit] = alone.perDollar.values();
  expect(Math.abs(Number(alone.valueAtRisk) / 1e6 / (unit ?? 0) - 1)).toBeLessThan(0.001);
  const hedged = await risk(held(1_000_000, -1_000_000));
  // ρ = 0.5 and equal sizes: σ of the difference is that of one.
  expect(Number(hedged.valueAtRisk) / Number(alone.valueAtRisk)).toBeLessThan(1.3);
  const both = await risk(held(1_000_000, 1_000_000));
  expect(Number(both.valueAtRisk) / Number(hedged.valueAtRisk)).toBeGreaterThan(1.4);
  expect((await risk([])).valueAtRisk).toBe(0n);
});

it('R-5 a book with a position that has no price, or no returns, has no known risk', async () => {
  const panel = market(NAMES, 4000, 3);
  const unpriced = await runKernels(input(panel, held(1000, null)), OPTIONS, tools());
  expect(unpriced.risk).toMatchObject({ ok: false, error: { code: 'no-price' } });
  const flat = { ...panel, returns: panel.returns.map((value, at) => (at < 4000 ? 0 : value)) };
  const still = await runKernels(input(flat, held(1000)), OPTIONS, tools());
  expect(still.risk).toMatchObject({ ok: false, error: { code: 'no-returns' } });
  const young = await runKernels(input(market(NAMES, 1500, 3)), OPTIONS, tools());
  expect(young.risk).toMatchObject({ ok: false, error: { code: 'too-few-samples' } });
});

it('one that takes too long is cut between its parts: what it had told stays, the rest is not known', async () => {
  const report = await runKernels(input(market(NAMES, 4000, 4)), OPTIONS, tools(1));
  expect(report.risk.ok).toBe(true);
  expect(report.cascade).toMatchObject({ ok: false, error: { code: 'stopped' } });
  expect(wasCut(report)).toBe(true);
  expect(wasCut(await runKernels(input(market(NAMES, 4000, 4)), OPTIONS, tools()))).toBe(false);
});

it('sees a crash only where the book went away, and a fall of all in its minute, once it knows what is usual', async () => {
  const panel = market(NAMES, 4000, 5);
  const crash = { ...panel, returns: panel.returns.map((v, at) => (at === 3999 ? v - 0.05 : v)) };
  const away = (row: number, at: number): number =>
    row === 0 && at > (crash.times[3989] ?? 0) ? 0.02 : 0.001;
  const seen = await runKernels({ ...input(crash), spreadAt: away }, OPTIONS, tools());
  expect(seen.flash).toEqual({ ok: true, value: { crashing: ['A'], watched: 4 } });
  const stands = await runKernels(input(crash), OPTIONS, tools());
  expect(stands.flash).toMatchObject({ value: { crashing: [] } });
  const unknown = await runKernels({ ...input(crash), spreadAt: () => null }, OPTIONS, tools());
  expect(unknown.flash).toMatchObject({ ok: false, error: { code: 'learning' } });
});

it('follows the minutes from run to run, each once', () => {
  const minutes = { ...market(NAMES, 1100, 6), horizon: '1m' as const };
  const cascades = new MinuteCascades(NAMES.length);
  expect(cascades.step(minutes)).toMatchObject({ ok: true, value: { isCascade: false } });
  const next = { ...market(NAMES, 1, 7), returns: new Float64Array(4).fill(-0.01) };
  const later = { ...next, times: Float64Array.of(25 * 3_600_000_000) };
  expect(cascades.step(later)).toMatchObject({ ok: true, value: { down: 4, of: 4, isCascade: true } });
  // The same minute again is no news, and is still what was seen last.
  expect(cascades.step(later)).toMatchObject({ value: { down: 4, isCascade: true } });
});
