/** Sealing as a part of the archive thread: whenever a segment is whole, one after the other. */
import { refuse, type Result } from '../../../protocol/result.ts';
import { causeOf } from '../../audit/audit-state.ts';
import type { Cancel, Clock } from '../../clock.ts';
import { figure, type RowReading } from '../../health/rows.ts';
import type { LogHead, Part } from '../part.ts';
import { sealSegments } from './seal.ts';

export interface SealPartOptions {
  readonly auditDir: string;
  readonly to: string;
  readonly clock: Clock;
  readonly changed: () => void;
}

/** A segment is whole a few times a day: nobody waits for it to be small. */
const EVERY_MS = 60_000;

export class SealPart implements Part {
  readonly name = 'sealed';
  readonly #options: SealPartOptions;
  #size = 0;
  #sealed = 0;
  #trouble: string | null = null;
  #timer: Cancel | null = null;
  #sealing: Promise<void> | null = null;

  constructor(options: SealPartOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.setRepeating(EVERY_MS, () => this.#seal());
    this.#seal();
  }

  head(head: LogHead): void {
    this.#size = Math.max(this.#size, head.size);
  }

  status(): RowReading {
    const { to } = this.#options;
    return {
      id: 'sealed',
      name: 'Sealed segments',
      state: this.#trouble === null ? 'ok' : 'degraded',
      sentence: this.#trouble ?? `Whole segments of the log are compressed in ${to}.`,
      figures: [figure('sealed since start', this.#sealed, 'count')],
    };
  }

  ask(): Promise<Result<unknown>> {
    return Promise.resolve(refuse('no-question', 'Sealing answers no questions.'));
  }

  async stop(): Promise<void> {
    this.#timer?.();
    this.#timer = null;
    await this.#sealing;
  }

  #seal(): void {
    if (this.#sealing) return;
    const { auditDir, to, changed } = this.#options;
    const was = this.#trouble;
    this.#sealing = sealSegments({ auditDir, to }, this.#size)
      .then((sealed) => {
        if (sealed.ok) this.#sealed += sealed.value;
        this.#trouble = sealed.ok ? null : sealed.error.sentence;
      })
      .catch((error: unknown) => {
        this.#trouble = `Segments can’t be sealed to ${to}: ${causeOf(error)}.`;
      })
      .finally(() => {
        this.#sealing = null;
        if (was !== this.#trouble) changed();
      });
  }
}
