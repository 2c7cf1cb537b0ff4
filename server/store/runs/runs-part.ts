/** What the server computed of its market, kept in the store's database as a part of the archive thread. */
import type { KernelPoint } from '../../../protocol/kernels.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { LogHead, Part } from '../../archive/part.ts';
import type { Cancel, Clock } from '../../clock.ts';
import type { Database } from '../database.ts';
import type { KernelRun, RunsQuestion } from './questions.ts';

export interface RunsPartOptions {
  /** The store's own; null while it is not open. */
  readonly database: () => Database | null;
  /** Older ones are removed. */
  readonly days: number;
  readonly isKept: boolean;
  readonly clock: Clock;
}

const LOOK_MS = 1000;
const MINUTE = 60_000_000;
const DAY_MINUTES = 1440;
const FORGET_EVERY_MICROS = 3_600_000_000;
/** A few hours of runs; while the database is away, older ones go. */
const WAITING_MAX = 2000;
const MOST_POINTS = 2000;

export class RunsPart implements Part {
  readonly name = 'kernel-runs';
  readonly #options: RunsPartOptions;
  #queue: KernelRun[] = [];
  #forgottenAt = -Infinity;
  #running: Promise<void> | null = null;
  #stopLooking: Cancel = () => undefined;

  constructor(options: RunsPartOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopLooking = this.#options.clock.setRepeating(LOOK_MS, () => void this.#look());
  }

  /** It does not follow the log. */
  head(_head: LogHead): void {
    return undefined;
  }

  /** Where it is kept, the bars are: their row says how that is. */
  status(): null {
    return null;
  }

  async ask(question: unknown): Promise<Result<unknown>> {
    const asked = question as RunsQuestion;
    if (!this.#options.isKept)
      return refuse('runs-none', 'This server keeps no store, and no history in it.');
    if (asked.kind === 'write') {
      this.#queue = [...this.#queue, ...asked.runs].slice(-WAITING_MAX);
      void this.#look();
      return ok(null);
    }
    const database = this.#options.database();
    if (!database) return refuse('runs-starting', 'The store is not open yet.');
    try {
      await this.#look();
      return ok(await read(database, asked));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refuse('runs-unread', `The history can’t be read: ${why}.`);
    }
  }

  async stop(): Promise<void> {
    this.#stopLooking();
    await this.#look();
  }

  /** Never rejects: what could not be written waits for the next look. */
  #look(): Promise<void> {
    this.#running ??= this.#drain()
      .catch(() => undefined)
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #drain(): Promise<void> {
    const database = this.#options.database();
    if (!database) return;
    const runs = this.#queue;
    if (runs.length > 0) {
      await write(database, runs);
      const written = new Set(runs);
      this.#queue = this.#queue.filter((run) => !written.has(run));
    }
    const { clock, days } = this.#options;
    const now = clock.monotonicMicros();
    if (now - this.#forgottenAt < FORGET_EVERY_MICROS) return;
    const before = Math.floor(clock.wallMicros() / MINUTE) - days * DAY_MINUTES;
    await database.query('DELETE FROM cwts.kernel_runs WHERE minute < $1', [before]);
    this.#forgottenAt = now;
  }
}

/** The first of a minute stays. */
async function write(database: Database, runs: readonly KernelRun[]): Promise<void> {
  const of = <T>(get: (run: KernelRun) => T): T[] => runs.map(get);
  await database.query(
    `INSERT INTO cwts.kernel_runs
       (origin, horizon, minute, instruments, samples, absorption, mean_correlation, clusters, backend, code)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[], $6::float8[], $7::float8[],
                          $8::int[], $9::text[], $10::text[])
     ON CONFLICT DO NOTHING`,
    [
      of(({ origin }) => origin),
      of(({ horizon }) => horizon),
      of(({ asOf }) => Math.floor(asOf / MINUTE)),
      of(({ instruments }) => instruments),
      of(({ samples }) => samples),
      of(({ absorption }) => absorption),
      of(({ meanCorrelation }) => meanCorrelation),
      of(({ clusters }) => clusters),
      of(({ backend }) => backend),
      of(({ code }) => code),
    ],
  );
}

async function read(
  database: Database,
  { origin, horizon, from, to }: RunsQuestion & { readonly kind: 'read' },
): Promise<KernelPoint[]> {
  const [first, end] = [Math.ceil(from / MINUTE), Math.ceil(to / MINUTE)];
  const width = Math.max(1, Math.ceil((end - first) / MOST_POINTS));
  const rows = await database.query<Omit<KernelPoint, 'at'> & { readonly minute: number }>(
    `SELECT min(minute) AS minute, avg(absorption) AS absorption, avg(mean_correlation) AS "meanCorrelation",
            min(instruments) AS instruments, min(samples) AS samples
       FROM cwts.kernel_runs
      WHERE origin = $1 AND horizon = $2 AND minute >= $3 AND minute < $4
      GROUP BY (minute - $3) / $5 ORDER BY 1`,
    [origin, horizon, first, end, width],
  );
  return rows.map(({ minute, ...point }) => ({ at: (minute * MINUTE) as Micros, ...point }));
}
