/** The control thread's handle on the server's own kernels: starts them late, starts them again, keeps what they said with its age. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { ensureNever } from '../../protocol/assert.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { KernelsConfig } from '../config/kernels.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { FeedsToRelay, RelayToFeeds } from '../feeds/port.ts';
import type { AlarmSpec } from '../health/alarm-book.ts';
import * as alarm from '../health/catalogue.ts';
import type { RowReading } from '../health/rows.ts';
import type { Port } from '../relay/port.ts';
import type { ControlToKernels, HeldPosition, KernelSettings, KernelsToControl } from './port.ts';
import type { KernelReport } from './report.ts';
import { kernelsRow, type Needed } from './row.ts';
import { rowsOf } from './rows-of.ts';
import { judge, LastDays, type Cause } from './verdicts.ts';

export interface KernelsParts {
  /** The built entry, `kernels-thread.js`. */
  readonly entry: URL | string;
  readonly config: KernelsConfig;
  /** A limit rests on the book's risk. */
  readonly needsRisk: boolean;
  readonly settings: Omit<KernelSettings, 'everySeconds' | 'window' | 'clusterCorrelation'>;
  readonly clock: Clock;
  readonly feeds: Port<FeedsToRelay, RelayToFeeds>;
  readonly instruments: () => readonly Instrument[];
  readonly book: () => readonly Omit<HeldPosition, 'name'>[];
  /** A report came. */
  readonly reported?: (report: KernelReport) => void;
  /** It died, lives again, or said something: rows and alarms are to be read anew. */
  readonly changed: (dead: string | null) => void;
}

/** Everything else starts first. */
export const START_MS = 20_000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;
const STEADY_MICROS = 300_000_000;
const STOP_MS = 1000;
/** A report counts for so many intervals; older, nothing is known. */
export const FRESH_INTERVALS = 3;
/** Of the thread's own heap; its panels are bounded by rows and bars. */
const HEAP_MB = 512;

/** Nothing waits for it: who asks gets what was said last, with its age, or nothing. */
export class KernelsThread {
  readonly #parts: KernelsParts;
  #worker: Worker | null = null;
  #feeds: MessagePort | null = null;
  #cancel: Cancel = () => undefined;
  #dead: string | null = null;
  #retryMs = FIRST_RETRY_MS;
  #restarts = 0;
  #over = false;
  #told = '';
  #last: { readonly report: KernelReport; readonly at: number } | null = null;
  #counts = { runs: 0, skipped: 0, cut: 0 };
  #raised = new Map<Cause, AlarmSpec>();
  readonly #lastDays = new LastDays();

  constructor(parts: KernelsParts) {
    this.#parts = parts;
    parts.feeds.on('message', (message) => this.#feeds?.postMessage(message));
  }

  /** Returns at once. */
  start(): void {
    if (!this.#parts.config.enabled) return;
    this.#cancel = this.#parts.clock.setTimer(START_MS, () => this.#spawn());
  }

  /** The thread that runs now, for tests of its death. */
  get worker(): Worker | null {
    return this.#worker;
  }

  /** The last report while it counts; null: nothing is known. */
  fresh(): KernelReport | null {
    const last = this.#last;
    return last !== null && this.#age(last.at) <= this.#freshSeconds ? last.report : null;
  }

  status(): readonly RowReading[] {
    const { config, needsRisk } = this.#parts;
    if (!config.enabled) return [];
    const last = this.#last;
    const reading = {
      dead: this.#dead,
      report: last?.report ?? null,
      ageSeconds: last && this.#age(last.at),
      isFresh: this.fresh() !== null,
      ...this.#counts,
      restarts: this.#restarts,
      needed: neededBy(config, needsRisk),
    };
    return [kernelsRow(reading)];
  }

  /** Alarms whose cause holds. */
  conditions(): AlarmSpec[] {
    const down = this.#dead === null ? [] : [alarm.kernelsDown(this.#dead)];
    return [...down, ...this.#raised.values()];
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#cancel();
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#post({ kind: 'stop' });
    // It may be in the middle of a product: there is nothing in it to be lost.
    const cancel = this.#parts.clock.setTimer(STOP_MS, () => void worker.terminate());
    await gone;
    cancel();
  }

  get #freshSeconds(): number {
    return FRESH_INTERVALS * this.#parts.config.everySeconds;
  }

  #age(at: number): number {
    return (this.#parts.clock.monotonicMicros() - at) / 1_000_000;
  }

  #post(message: ControlToKernels): void {
    this.#worker?.postMessage(message);
  }

  #spawn(): void {
    const { entry, settings, config, clock, feeds, changed } = this.#parts;
    const { everySeconds, window, clusterCorrelation } = config;
    const bornAt = clock.monotonicMicros();
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (message: RelayToFeeds) => feeds.postMessage(message));
    const worker = new Worker(entry, {
      workerData: { settings: { ...settings, everySeconds, window, clusterCorrelation }, feeds: port2 },
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker = worker;
    this.#feeds = port1;
    this.#told = '';
    let sentence = 'The thread of the market analyses ended without saying why.';
    worker.on('message', (message: KernelsToControl) => {
      if (worker === this.#worker) this.#hear(message);
    });
    worker.on('error', (error) => {
      sentence = `The thread of the market analyses died: ${error instanceof Error ? error.message : String(error)}.`;
    });
    worker.on('exit', () => {
      port1.close();
      if (worker !== this.#worker) return;
      this.#worker = null;
      this.#feeds = null;
      if (this.#over) return;
      this.#restarts += 1;
      this.#dead = `${sentence} It is started again.`;
      changed(this.#dead);
      const lived = clock.monotonicMicros() - bornAt;
      this.#retryMs = lived > STEADY_MICROS ? FIRST_RETRY_MS : Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#cancel = clock.setTimer(this.#retryMs, () => this.#spawn());
    });
    this.#tellMarket();
  }

  #hear(message: KernelsToControl): void {
    const { clock, changed, reported } = this.#parts;
    switch (message.kind) {
      case 'counts': {
        const { runs, skipped, cut } = message;
        this.#counts = { runs, skipped, cut };
        // It lives.
        if (this.#dead === null) return;
        this.#dead = null;
        changed(null);
        return;
      }
      case 'book?':
        this.#tellMarket();
        this.#post({ kind: 'book', held: this.#book() });
        return;
      case 'report':
        this.#last = { report: message.report, at: clock.monotonicMicros() };
        this.#judge(message.report);
        reported?.(message.report);
        changed(this.#dead);
        return;
      default:
        ensureNever(message);
    }
  }

  #judge(report: KernelReport): void {
    const { alarms } = this.#parts.config;
    this.#raised = judge(report, alarms, this.#raised, this.#lastDays.step(report, alarms));
  }

  #rows() {
    const { config, instruments, book } = this.#parts;
    const held = new Set(book().flatMap(({ index, lots }) => (lots === 0 ? [] : [index])));
    return rowsOf(instruments(), held, config.instruments);
  }

  /** Only what is new: other rows forget the past. */
  #tellMarket(): void {
    const rows = this.#rows();
    const venues = this.#parts.instruments().map(({ venue }) => venue);
    const key = `${venues.length} ${rows.map(({ index }) => index).join(' ')}`;
    if (key === this.#told) return;
    this.#told = key;
    this.#post({ kind: 'market', rows, venues });
  }

  #book(): HeldPosition[] {
    const names = new Map(this.#rows().map(({ index, name }) => [index, name]));
    return this.#parts.book().map((one) => ({ ...one, name: names.get(one.index) ?? `#${one.index}` }));
  }
}

function neededBy({ alarms }: KernelsConfig, needsRisk: boolean): Needed[] {
  return [
    ...(alarms.correlationShockP === null ? [] : (['shock'] as const)),
    ...(alarms.cascadeProbability === null ? [] : (['cascade'] as const)),
    ...(alarms.volatilityProbability === null ? [] : (['wild'] as const)),
    ...(alarms.flashCrash ? (['flash'] as const) : []),
    ...(alarms.coExceedance ? (['coExceedance'] as const) : []),
    ...(needsRisk ? (['risk'] as const) : []),
  ];
}
