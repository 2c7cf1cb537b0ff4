import type { Refusal } from '../../../protocol/result.ts';
import type { Cancel, Clock } from '../../clock.ts';
import { CaptureFault } from './capture.ts';
import { ListeningTime } from './listening-time.ts';
import { Stopwatch } from './stopwatch.ts';

/** One thing to happen at a time of the capture. */
export interface Cue {
  /** µs since 1970. */
  readonly at: number;
  /** Makes it happen; a promise resolves when more may be played. */
  readonly play: () => Promise<void> | null;
}

/** µs since 1970. */
export interface Span {
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface PlaybackParts {
  /** In order of time. */
  readonly cues: () => AsyncIterable<Cue>;
  readonly span: Span;
  /** × the recorded pace; `Infinity` = as fast as it can be read. */
  readonly speed: number;
  /** Played at full speed up to here, µs since 1970; nothing = from the start on at `speed`. */
  readonly from?: number;
  /** Stands still where it begins. */
  readonly paused?: boolean;
  readonly clock: Clock;
  /** Resolves when every listener has read all that was played. */
  readonly caughtUp: () => Promise<void>;
}

/** Cues played before the listeners must have taken them all, at full speed. */
const BURST = 128;

/** Plays cues at `speed` × the pace of their recording: one clock, however many captures they come from. */
export class Playback {
  readonly #parts: PlaybackParts;
  /** The capture's µs since its start: stands still while nobody can take more. */
  readonly #watch: Stopwatch;
  /** The listeners' own µs: they stand still only when a person paused. */
  readonly #pace: ListeningTime;
  #speed: number;
  /** Played at full speed up to here. */
  #from: number;
  /** Where it was sent there. */
  #sentAt: number;
  #playedAt: number;
  #started = false;
  #paused: boolean;
  #held = false;
  #stopped = false;
  #over = false;
  #timer: Cancel | null = null;
  #wake: () => void = () => undefined;
  readonly #onFault: ((error: Refusal) => void)[] = [];

  constructor(parts: PlaybackParts) {
    this.#parts = parts;
    this.#speed = parts.speed;
    this.#from = parts.from ?? -Infinity;
    this.#paused = parts.paused ?? false;
    this.#watch = new Stopwatch(parts.clock);
    this.#pace = new ListeningTime(parts.clock);
    this.#playedAt = parts.span.firstAt;
    this.#sentAt = parts.span.firstAt;
    this.#apply();
  }

  onFault(listener: (error: Refusal) => void): void {
    this.#onFault.push(listener);
  }

  get span(): Span {
    return this.#parts.span;
  }
  get speed(): number {
    return this.#speed;
  }
  get isPaused(): boolean {
    return this.#paused;
  }
  get isOver(): boolean {
    return this.#over;
  }
  get isStarted(): boolean {
    return this.#started;
  }

  /** False while it plays as fast as it is read. */
  get isPaced(): boolean {
    return Number.isFinite(this.#speed) && !this.isSeeking;
  }

  /** Where it is to begin, or was sent, is still ahead: it plays at full speed, paused or not. */
  get isSeeking(): boolean {
    return this.#playedAt < this.#from && !this.#over;
  }
  /** Where it is going, and where it was sent; null = nowhere but on. */
  get seek(): { readonly from: number; readonly to: number } | null {
    return this.isSeeking ? { from: this.#sentAt, to: this.#from } : null;
  }

  /** Harmless the second time. */
  start(): void {
    if (this.#started || this.#stopped) return;
    this.#started = true;
    this.#apply();
    void this.#run().catch((error: unknown) => {
      const sentence = error instanceof Error ? error.message : String(error);
      const code = error instanceof CaptureFault ? error.code : 'replay';
      for (const tell of this.#onFault) tell({ code, sentence });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#pace.stop();
    this.#apply();
  }

  /** On its way somewhere it stands still where it is: a long way is given up by a word. */
  pause(): void {
    if (this.#started && this.isSeeking) this.#goOnFrom(this.#playedAt);
    this.#paused = true;
    this.#apply();
  }

  resume(): void {
    this.#paused = false;
    this.#apply();
  }

  setSpeed(speed: number): void {
    // Where the capture's clock stands is where all that is played stands.
    if (!this.isPaced) this.#watch.set(this.#playedAt - this.#parts.span.firstAt);
    this.#speed = speed;
    this.#apply();
  }

  /** Goes on at full speed up to `at`, which must not be behind what was played: what is between is played too. */
  forwardTo(at: number): void {
    // The way that is left of another place is still one way.
    if (!this.isSeeking) this.#sentAt = this.position();
    this.#playedAt = Math.max(this.#playedAt, this.position());
    this.#goOnFrom(Math.max(this.#playedAt, Math.min(at, this.#parts.span.lastAt)));
    this.#apply();
  }

  /** A person paused it, and it is where it is to stand. */
  get isHeld(): boolean {
    return this.#paused && !this.isSeeking;
  }

  /** The capture's clock, µs since 1970: runs at the speed, never past what can have been played. */
  position(): number {
    const { firstAt, lastAt } = this.#parts.span;
    if (!this.#started) return firstAt;
    if (this.#over) return lastAt;
    if (!this.isPaced) return this.#playedAt;
    // A timer may come a little early: what was played has been.
    return Math.max(this.#playedAt, Math.min(lastAt, Math.round(firstAt + this.#watch.micros)));
  }

  progress(): number {
    const { firstAt, lastAt } = this.#parts.span;
    return lastAt > firstAt ? (this.position() - firstAt) / (lastAt - firstAt) : Number(this.#over);
  }

  /** Milliseconds at the pace of the listeners: × the speed, standing still in a pause; real ones at full speed. */
  paceMs(): number {
    return this.#pace.micros / 1000;
  }

  /** How many milliseconds of pace pass in one of ours; while listeners come, nothing is late by a recorded pace. */
  get pace(): number {
    return this.isPaced && this.#started ? this.#speed : 1;
  }

  #apply(): void {
    const runs = this.#started && !this.#paused && !this.#held && this.isPaced;
    this.#watch.runAt(runs ? this.#speed : 0);
    this.#pace.runAt(this.isHeld ? 0 : this.pace);
    this.#timer?.();
    this.#wake();
  }

  async #run(): Promise<void> {
    let burst = 0;
    for await (const { at, play } of this.#parts.cues()) {
      await this.#until(at);
      if (this.#stopped) return;
      this.#passed(at);
      const room = play();
      if (room) await this.#hold(room);
      else if (!this.isPaced && ++burst % BURST === 0) await this.#parts.caughtUp();
    }
    await this.#parts.caughtUp();
    this.#over = true;
    this.#apply();
  }

  /** While nobody can take more, the capture's clock stands still too. */
  async #hold(room: Promise<void>): Promise<void> {
    this.#held = true;
    this.#apply();
    await room;
    this.#held = false;
    this.#apply();
  }

  #passed(at: number): void {
    this.#playedAt = Math.max(this.#playedAt, Math.min(at, this.#parts.span.lastAt));
  }

  /** What comes next is behind the place that was wanted: from there on at its speed. */
  #arrive(at: number): void {
    if (!this.isSeeking || at < this.#from) return;
    this.#playedAt = this.#from;
    this.#goOnFrom(this.#from);
    this.#apply();
  }

  /** From `at` on at its speed; before it at full speed. */
  #goOnFrom(at: number): void {
    this.#from = at;
    this.#watch.set(this.#playedAt - this.#parts.span.firstAt);
  }

  async #until(at: number): Promise<void> {
    this.#arrive(at);
    while (!this.#stopped && (this.isHeld || this.isPaced)) {
      const dueMs = (at - this.position()) / this.#speed / 1000;
      if (!this.isHeld && (dueMs < 1 || at > this.#parts.span.lastAt)) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (!this.isHeld) this.#timer = this.#parts.clock.setTimer(dueMs, resolve);
      });
      // Sent on while it waited.
      this.#arrive(at);
    }
  }
}
