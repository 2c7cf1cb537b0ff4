/**
 * What every analysis of a market's returns is: one question with options, asked of a panel, answered with
 * where the answer comes from. The page's worker and the server ask the same way. A question that cannot
 * be answered is refused with a sentence; one that is no longer wanted ends at its next breath.
 */
import { MIN_SAMPLES } from '../correlation/panel.ts';
import { refuse, ok, type Result } from '../../protocol/result.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Kernels } from './kernels.ts';
import { isPresent, selectRows, type Horizon, type PanelSource, type ReturnsPanel } from './returns-panel.ts';

/** What an analysis may use of the thread that it runs on. */
export interface Tools {
  /** ms of a monotonic clock. */
  readonly now: () => number;
  readonly progress: (done: number, of: number) => void;
  /** Lets the thread do something else if it is time. @throws Stopped when nobody waits for the answer any more. */
  readonly breathe: () => Promise<void>;
  readonly kernels: Kernels;
}

/** Ends an analysis from within; only `analyse` catches it. */
export class Stopped extends Error {}

export interface Analysis<Options, Answer> {
  /** What it needs of a market at least and at most; a wider one is refused before anything is computed. */
  readonly instruments: readonly [least: number, most: number];
  /** Every row has at least 30 returns and moves. Draws with `options.seed`, where it draws. */
  readonly run: (panel: ReturnsPanel, options: Options, tools: Tools) => Promise<Result<Answer>>;
}

/** What an answer rests on. */
export interface Provenance {
  /** Rows that entered. */
  readonly instruments: number;
  /** Rows about which nothing can be said: too few returns, or none that moves. */
  readonly leftOut: readonly string[];
  /** Columns with a return in them, of `window` columns; of `ticks`, trades in `window` seconds. */
  readonly samples: number;
  readonly window: number;
  readonly horizon: Horizon | 'ticks';
  readonly source: PanelSource;
  /** Close of the newest column, or the end of what is known of the trades, µs. */
  readonly asOf: number;
  readonly ms: number;
  readonly backend: Backend;
  /** Null where nothing is drawn by chance. */
  readonly seed: number | null;
}

export interface Answered<Answer> {
  readonly answer: Answer;
  /** Of the rows that the answer counts by. */
  readonly names: readonly string[];
  readonly provenance: Provenance;
}

/** The code of the refusal of a question that was given up. */
export const STOPPED = 'stopped';

/**
 * Asks one analysis. Refused: too few samples or instruments, too many, what the analysis itself refuses,
 * and `stopped`. Anything else that goes wrong is thrown: it is a mistake of ours.
 */
export async function analyse<Options, Answer>(
  analysis: Analysis<Options, Answer>,
  panel: ReturnsPanel,
  options: Options,
  tools: Tools,
): Promise<Result<Answered<Answer>>> {
  const started = tools.now();
  const rows = panel.names.map((_, i) => i).filter((i) => moves(panel, i));
  const [least, most] = analysis.instruments;
  if (rows.length < least) {
    return refuse(
      'too-few-samples',
      `Only ${rows.length} of ${panel.n} instruments moved and have ${MIN_SAMPLES} returns in this window; ${least} are needed.`,
    );
  }
  if (rows.length > most) {
    return refuse(
      'too-many-instruments',
      `This is computed for at most ${most} instruments, not for ${rows.length}.`,
    );
  }
  const usable = rows.length === panel.n ? panel : selectRows(panel, rows);
  try {
    const answered = await analysis.run(usable, options, tools);
    if (!answered.ok) return answered;
    const seen = new Set(rows);
    const provenance: Provenance = {
      instruments: usable.n,
      leftOut: panel.names.filter((_, i) => !seen.has(i)),
      samples: samplesOf(usable),
      window: panel.t,
      horizon: panel.horizon,
      source: panel.source,
      asOf: panel.times[panel.t - 1] ?? Number.NaN,
      ms: tools.now() - started,
      backend: tools.kernels.backend,
      seed: seedOf(options),
    };
    return ok({ answer: answered.value, names: usable.names, provenance });
  } catch (error) {
    if (error instanceof Stopped) return refuse(STOPPED, 'Nobody waits for this answer any more.');
    throw error;
  }
}

function moves(panel: ReturnsPanel, i: number): boolean {
  let count = 0;
  let first = Number.NaN;
  let isMoving = false;
  for (let k = 0; k < panel.t; k++) {
    if (!isPresent(panel, i, k)) continue;
    const value = panel.returns[i * panel.t + k] ?? 0;
    if (count++ === 0) first = value;
    else if (value !== first) isMoving = true;
    if (isMoving && count >= MIN_SAMPLES) return true;
  }
  return false;
}

function samplesOf({ n, t, valid }: ReturnsPanel): number {
  const words = Math.ceil(t / 32);
  let count = 0;
  for (let k = 0; k < t; k++) {
    for (let i = 0; i < n; i++) {
      if ((((valid[i * words + (k >>> 5)] ?? 0) >>> (k & 31)) & 1) === 0) continue;
      count++;
      break;
    }
  }
  return count;
}

function seedOf(options: unknown): number | null {
  const { seed } = (options ?? {}) as { readonly seed?: unknown };
  return typeof seed === 'number' ? seed : null;
}
