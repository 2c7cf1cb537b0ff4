/** When it is computed: on a schedule, one run at a time, none longer than its time. Clock and thread are the caller's. */
import { Stopped, type Tools } from '../../shaders/analyses/analysis.ts';
import type { Kernels } from '../../shaders/analyses/kernels.ts';
import type { Cancel, Clock } from '../clock.ts';
import { MinuteCascades } from './detect.ts';
import type { LiveMarket } from './live-market.ts';
import type { ControlToKernels, HeldPosition, KernelSettings, KernelsToControl } from './port.ts';
import { runKernels, wasCut } from './run.ts';

export interface RunnerParts {
  readonly settings: Pick<KernelSettings, 'everySeconds' | 'window' | 'clusterCorrelation'>;
  readonly clock: Clock;
  readonly kernels: Kernels;
  readonly market: Pick<LiveMarket, 'market' | 'rows' | 'listed' | 'panel' | 'spreadAt' | 'silentSeconds'>;
  readonly say: (message: KernelsToControl) => void;
  /** Resolves after the messages that wait were heard. */
  readonly others: () => Promise<void>;
}

/** Bars come each second: a market that brought none for so long is stale, and nothing is told of it. */
const STALE_SECONDS = 5;
/** A run that takes longer than this part of its interval is cut; what it would have said is unknown. */
const MOST_SHARE = 0.5;
const BREATH_MS = 20;

export class Runner {
  readonly #parts: RunnerParts;
  #cascades = new MinuteCascades(0);
  #stop: Cancel = () => undefined;
  #book: ((held: readonly HeldPosition[]) => void) | null = null;
  #isRunning = false;
  readonly #counts = { runs: 0, skipped: 0, cut: 0 };

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, settings } = this.#parts;
    this.#tell();
    this.#stop = clock.setRepeating(settings.everySeconds * 1000, () => this.#due());
  }

  stop(): void {
    this.#stop();
  }

  hear(message: Exclude<ControlToKernels, { kind: 'stop' }>): void {
    if (message.kind === 'book') {
      this.#book?.(message.held);
      this.#book = null;
      return;
    }
    this.#parts.market.market(message.rows, message.venues);
    this.#cascades = new MinuteCascades(message.rows.length);
  }

  #due(): void {
    if (this.#isRunning) {
      this.#counts.skipped++;
      this.#tell();
      return;
    }
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      this.#tell();
    });
  }

  async #run(): Promise<void> {
    const { market, settings, say } = this.#parts;
    const panel = market.panel();
    if (panel === null || market.silentSeconds > STALE_SECONDS) return;
    const { rows, listed, spreadAt } = market;
    const cascades = this.#cascades;
    const book = await this.#askBook();
    // Rows changed while it was asked: the next run is of those.
    if (cascades !== this.#cascades) return;
    const input = { panel, rows, listed, book, spreadAt, cascades };
    const report = await runKernels(input, settings, this.#tools());
    this.#counts.runs++;
    if (wasCut(report)) this.#counts.cut++;
    say({ kind: 'report', report });
  }

  #askBook(): Promise<readonly HeldPosition[]> {
    return new Promise((resolve) => {
      this.#book = resolve;
      this.#parts.say({ kind: 'book?' });
    });
  }

  #tools(): Tools {
    const { clock, kernels, others, settings } = this.#parts;
    const now = (): number => clock.monotonicMicros() / 1000;
    const endsAt = now() + MOST_SHARE * settings.everySeconds * 1000;
    let breathedAt = now();
    return {
      now,
      kernels,
      progress: () => undefined,
      breathe: async () => {
        if (now() > endsAt) throw new Stopped();
        if (now() - breathedAt < BREATH_MS) return;
        await others();
        breathedAt = now();
      },
    };
  }

  #tell(): void {
    this.#parts.say({ kind: 'counts', ...this.#counts });
  }
}
