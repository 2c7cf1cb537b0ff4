import type { Refusal } from '../../../protocol/result.ts';
import type { Cancel, Clock } from '../../clock.ts';
import { CaptureFault, readCapture, type CaptureRecord } from './capture.ts';
import type { Survey } from './survey.ts';

/** Where the records go, in order. */
export interface Audience {
  /** Resolves when more may be played: the slowest listener has room. */
  play(record: CaptureRecord): Promise<void> | null;
  /** Resolves when every listener has read all that was played. */
  caughtUp(): Promise<void>;
  /** Everything was played. */
  finish(): void;
}

/** Frames played before the audience must have taken them all, at full speed. */
const BURST = 32;

/** Plays a capture's records at `speed` × the pace of their recording. */
export class Playback {
  readonly #file: string;
  readonly #survey: Survey;
  readonly #speed: number;
  readonly #clock: Clock;
  readonly #audience: Audience;
  #startedAt: number | null = null;
  /** Monotonic µs that the playback stood still. */
  #held = 0;
  #playedAt: number;
  #stopped = false;
  #over = false;
  #timer: Cancel | null = null;
  #wake: (() => void) | null = null;
  #onFault: (error: Refusal) => void = () => undefined;

  constructor(file: string, survey: Survey, speed: number, clock: Clock, audience: Audience) {
    this.#file = file;
    this.#survey = survey;
    this.#speed = speed;
    this.#clock = clock;
    this.#audience = audience;
    this.#playedAt = survey.firstAt;
  }

  onFault(listener: (error: Refusal) => void): void {
    this.#onFault = listener;
  }

  /** False at full speed. */
  get isPaced(): boolean {
    return Number.isFinite(this.#speed);
  }

  /** Harmless the second time. */
  start(): void {
    if (this.#startedAt !== null) return;
    this.#startedAt = this.#clock.monotonicMicros();
    void this.#run().catch((error: unknown) => {
      const sentence = error instanceof Error ? error.message : String(error);
      this.#onFault({ code: error instanceof CaptureFault ? error.code : 'replay', sentence });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.();
    this.#wake?.();
  }

  /** The capture's clock, µs since 1970: runs at the speed, never past what can have been played. */
  position(): number {
    const { firstAt, lastAt } = this.#survey;
    if (this.#startedAt === null) return firstAt;
    if (this.#over) return lastAt;
    if (!Number.isFinite(this.#speed)) return this.#playedAt;
    return Math.min(lastAt, Math.round(firstAt + this.#elapsed() * this.#speed));
  }

  progress(): number {
    const { firstAt, lastAt } = this.#survey;
    return lastAt > firstAt ? (this.position() - firstAt) / (lastAt - firstAt) : Number(this.#over);
  }

  #elapsed(): number {
    return this.#clock.monotonicMicros() - (this.#startedAt ?? 0) - this.#held;
  }

  async #run(): Promise<void> {
    let burst = 0;
    for await (const record of readCapture(this.#file)) {
      if (this.#stopped) return;
      if (record.kind === 'frame') await this.#until(record.at);
      const room = this.#audience.play(record);
      if (room) {
        // While nobody can take more, the capture's clock stands still too.
        const from = this.#clock.monotonicMicros();
        await room;
        this.#held += this.#clock.monotonicMicros() - from;
      } else if (!this.isPaced && ++burst % BURST === 0) {
        await this.#audience.caughtUp();
      }
      this.#playedAt = Math.max(this.#playedAt, Math.min(record.at, this.#survey.lastAt));
    }
    await this.#audience.caughtUp();
    this.#over = true;
    this.#audience.finish();
  }

  async #until(at: number): Promise<void> {
    if (!Number.isFinite(this.#speed)) return;
    const dueMs = ((at - this.#survey.firstAt) / this.#speed - this.#elapsed()) / 1000;
    if (dueMs < 1) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#clock.setTimer(dueMs, resolve);
    });
  }
}
