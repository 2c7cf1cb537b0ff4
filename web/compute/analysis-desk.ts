/** Which question is answered next. One at a time, the newest first; no clock and no thread of its own. */
import { ok, type Result } from '../../protocol/result.ts';
import { analyseTicks } from '../../shaders/analyses/analyse-ticks.ts';
import { analyse, Stopped, STOPPED, type Answered, type Tools } from '../../shaders/analyses/analysis.ts';
import type { Kernels } from '../../shaders/analyses/kernels.ts';
import {
  analysisOf,
  type AnalysisName,
  type AnswerOf,
  type OptionsOf,
} from '../../shaders/analyses/registry.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { TickMarket } from '../../shaders/analyses/tick-market.ts';
import { GpuFault } from '../../shaders/runtime/context.ts';
import type { AnyName, FromAnalysis, Question, TicksOf } from './analysis-port.ts';
import type { PanelQuery } from './port.ts';

/** What a question is computed on: the best at its beginning, and the CPU where that fails. */
export interface KernelChoice {
  readonly cpu: Kernels;
  current(): Kernels;
}

export interface DeskOptions {
  readonly kernels: KernelChoice;
  readonly panel: (query: PanelQuery) => Promise<Result<ReturnsPanel>>;
  readonly ticks: (of: TicksOf) => Promise<Result<TickMarket>>;
  readonly post: (message: FromAnalysis) => void;
  /** ms of a monotonic clock. */
  readonly now: () => number;
  /** Resolves after the messages that are waiting were heard. */
  readonly others: () => Promise<void>;
}

interface Slot {
  readonly slot: number;
  readonly id: number;
  readonly question: Question;
  isDue: boolean;
  /** When it was last begun, ms; −∞ before. */
  startedAt: number;
  /** From one beginning to the next at least, ms. */
  restMs: number;
}

/** The thread is not held longer than this without hearing what came meanwhile. */
const BREATH_MS = 12;
const PROGRESS_MS = 100;
/** The server answers who asks it for trades so often and no more. */
const TICKS_REST_MS = 5000;
/** Bars come a little early or late. */
const EARLY_MS = 500;

type AnswerOn = (kernels: Kernels) => Promise<Result<Answered<AnswerOf<AnyName>>>>;

const isOfTicks = (of: Question['of']): of is TicksOf => 'instruments' in of;

function restOf({ of, everyS }: Question): number {
  return !isOfTicks(of) && of.imported !== undefined ? Infinity : everyS * 1000;
}

export class AnalysisDesk {
  readonly #options: DeskOptions;
  readonly #slots = new Map<number, Slot>();
  #kernels: KernelChoice;
  #isVisible = true;
  #running: Slot | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#kernels = options.kernels;
  }

  /** The slot's question from now on; one that was being answered in its place ends at its next breath. */
  ask(slot: number, id: number, question: Question): void {
    // Deleted first: a map keeps the place of a key that it has, and the newest is to be the last.
    this.#slots.delete(slot);
    this.#slots.set(slot, this.#fresh(slot, id, question));
    this.#go();
  }

  drop(slot: number): void {
    this.#slots.delete(slot);
  }

  bar(): void {
    const now = this.#options.now();
    for (const each of this.#slots.values()) {
      if (now - each.startedAt >= each.restMs - EARLY_MS) each.isDue = true;
    }
    this.#go();
  }

  visible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#go();
  }

  /** Every question again, on these. */
  useKernels(kernels: KernelChoice): void {
    this.#kernels = kernels;
    for (const { slot, id, question } of [...this.#slots.values()]) {
      this.#slots.set(slot, this.#fresh(slot, id, question));
    }
    this.#go();
  }

  #fresh(slot: number, id: number, question: Question): Slot {
    return { slot, id, question, isDue: true, startedAt: -Infinity, restMs: 0 };
  }

  #go(): void {
    if (this.#running || !this.#isVisible) return;
    const next = this.#next();
    if (!next) return;
    this.#running = next;
    void this.#answer(next).finally(() => {
      this.#running = null;
      this.#go();
    });
  }

  /** What was never begun comes first, the newest of it; then what waits longest. */
  #next(): Slot | null {
    let next: Slot | null = null;
    for (const each of this.#slots.values()) {
      if (each.isDue && (next === null || each.startedAt <= next.startedAt)) next = each;
    }
    return next;
  }

  async #answer(own: Slot): Promise<void> {
    const { slot, id, question } = own;
    const { now, post } = this.#options;
    own.isDue = false;
    own.startedAt = now();
    post({ slot, id, kind: 'running' });
    try {
      const asked = await this.#asked(own);
      const answered = asked.ok ? await this.#analysed(asked.value) : asked;
      if (!this.#isWanted(own)) return;
      if (answered.ok) post({ slot, id, kind: 'answered', answered: answered.value });
      else if (answered.error.code !== STOPPED) {
        post({ slot, id, kind: 'refused', refusal: answered.error });
      }
      // The next bar may bring what was missing; to imported prices it brings nothing.
      own.restMs = answered.ok ? restOf(question) : isOfTicks(question.of) ? TICKS_REST_MS : 0;
    } catch (error) {
      own.restMs = question.everyS * 1000;
      const why = error instanceof Error ? error.message : String(error);
      if (this.#isWanted(own)) post({ slot, id, kind: 'failed', sentence: `This analysis failed: ${why}` });
    } finally {
      // One that takes long rests as long, so that the others and the page have their share.
      own.restMs = Math.max(own.restMs, 2 * (now() - own.startedAt));
    }
  }

  /** What it is asked of has come: what is left is to compute, on whichever kernels. */
  async #asked(own: Slot): Promise<Result<AnswerOn>> {
    const { name, options, of } = own.question;
    if (isOfTicks(of)) {
      const market = await this.#options.ticks(of);
      if (!market.ok) return market;
      const ofTicks = options as OptionsOf<'tickLeads'>;
      return ok((kernels) => analyseTicks(market.value, ofTicks, this.#tools(own, kernels)));
    }
    const panel = await this.#options.panel(of);
    if (!panel.ok) return panel;
    const analysis = analysisOf(name as AnalysisName);
    const ofBars = options as OptionsOf<AnalysisName>;
    return ok((kernels) => analyse(analysis, panel.value, ofBars, this.#tools(own, kernels)));
  }

  /** A device that fails in the middle of it costs time, not the answer. */
  async #analysed(on: AnswerOn): ReturnType<AnswerOn> {
    const { cpu } = this.#kernels;
    try {
      return await on(this.#kernels.current());
    } catch (error) {
      if (!(error instanceof GpuFault)) throw error;
      return on(cpu);
    }
  }

  #tools(own: Slot, kernels: Kernels): Tools {
    const { now, post, others } = this.#options;
    const { slot, id } = own;
    let breathedAt = now();
    let toldAt = breathedAt;
    return {
      now,
      kernels,
      progress: (done, of) => {
        if (now() - toldAt < PROGRESS_MS) return;
        toldAt = now();
        post({ slot, id, kind: 'progress', done, of });
      },
      breathe: async () => {
        if (now() - breathedAt >= BREATH_MS) {
          await others();
          breathedAt = now();
        }
        if (!this.#isWanted(own)) throw new Stopped();
      },
    };
  }

  #isWanted(own: Slot): boolean {
    return this.#slots.get(own.slot) === own;
  }
}
