/** One run of everything that the server computes of its own market. */
import { refuse, type Result } from '../../protocol/result.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { Stopped, STOPPED, type Tools } from '../../shaders/analyses/analysis.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { uniform } from '../../shaders/lib/uniform.ts';
import { foldReturns } from '../../shaders/returns/fold-returns.ts';
import { bookRisk } from './book-part.ts';
import { checkFigures } from './check-part.ts';
import { flashCrashes, wildness, type MinuteCascades } from './detect.ts';
import type { HeldPosition, KernelRow } from './port.ts';
import type { KernelReport } from './report.ts';
import { cascadeFigures, newest, shockOf, structureFigures } from './structure-part.ts';

export interface RunInput {
  /** All that is known, 1 s. */
  readonly panel: ReturnsPanel;
  readonly rows: readonly KernelRow[];
  readonly listed: number;
  readonly book: readonly HeldPosition[];
  readonly spreadAt: (row: number, at: number) => number | null;
  readonly cascades: MinuteCascades;
}

export interface RunOptions {
  readonly window: number;
  readonly clusterCorrelation: number;
}

const SECOND = 1_000_000;
/** Steps in which a crash shows and a regime lasts. */
const STEP_SECONDS = 10;

/**
 * The book's risk first: the gate waits for none of it, but an old one counts as unknown. What comes after the
 * run's time is over is refused as `stopped`.
 */
export async function runKernels(input: RunInput, options: RunOptions, tools: Tools): Promise<KernelReport> {
  const { panel, rows, listed, book, spreadAt, cascades } = input;
  const began = tools.now();
  const indexOf = new Map<string, InstrumentIndex>(rows.map(({ name, index }) => [name, index]));
  const minutes: ReturnsPanel = { ...foldReturns(panel, 60, SECOND), horizon: '1m' };
  const steps = foldReturns(panel, STEP_SECONDS, SECOND);
  const recent = newest(panel, options.window);
  const least = options.clusterCorrelation;
  const risk = await part(tools, () => bookRisk(minutes, indexOf, book, tools));
  const check = await part(tools, () => checkFigures(panel, rows, tools));
  const minuteStructure = await part(tools, () => structureFigures(minutes, indexOf, least, tools));
  const coExceedance = await part(tools, () => cascades.step(minutes));
  const wild = await part(tools, () => wildness(steps));
  const flash = await part(tools, () => flashCrashes(steps, spreadAt));
  const shock = await part(tools, () => shockOf(recent, uniform(1)));
  const seconds = await part(tools, () => structureFigures(recent, indexOf, least, tools));
  const cascade = await part(tools, () => cascadeFigures(recent, tools));
  return {
    backend: tools.kernels.backend,
    ms: tools.now() - began,
    instruments: rows.length,
    listed,
    asOf: panel.times[panel.t - 1] ?? Number.NaN,
    ...{ seconds, minutes: minuteStructure, shock, cascade, wild, flash, coExceedance, risk, check },
  };
}

/** One that fails, or has no time left, says so; the others go on. */
async function part<T>(tools: Tools, run: () => Result<T> | Promise<Result<T>>): Promise<Result<T>> {
  try {
    await tools.breathe();
    return await run();
  } catch (error) {
    if (error instanceof Stopped) return refuse(STOPPED, 'The time of this run was over before it.');
    return refuse('failed', `It failed: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Whether a run's time was over before it had told everything. */
export function wasCut({
  seconds,
  minutes,
  shock,
  cascade,
  wild,
  flash,
  coExceedance,
  check,
}: KernelReport): boolean {
  const parts: Result<unknown>[] = [seconds, minutes, shock, cascade, wild, flash, coExceedance, check];
  return parts.some((told) => !told.ok && told.error.code === STOPPED);
}
