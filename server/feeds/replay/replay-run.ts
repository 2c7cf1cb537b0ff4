import type { ReplayCommand, ReplayPhase, ReplayView } from '../../../protocol/replay.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { Cancel, Clock } from '../../clock.ts';
import type { Recordings, Replay } from './replay.ts';

export interface ReplayRunParts {
  readonly recordings: Recordings;
  /** What each recording covers, by the venues that play them. */
  readonly venues: ReplayView['venues'];
  readonly speed: number;
  /** The last word of an earlier life of this thread: it goes on where that one was. */
  readonly before: ReplayView | null;
  readonly clock: Clock;
  /** A generation is over: its feeds end, and what they wrote is cleared. */
  readonly onOver: () => void;
  /** On change, and four times a second while it moves. */
  readonly onView: (view: ReplayView) => void;
  /** It is served: feeds may connect. */
  readonly onBegin: (replay: Replay) => void;
}

const VIEW_MS = 250;

/**
 * Recordings as people drive them. Forwards, everything between is played at full speed. Backwards,
 * they begin anew as another generation: no book, tape or bar goes back in time.
 */
export class ReplayRun {
  readonly #parts: ReplayRunParts;
  #replay: Replay | null = null;
  #generation: number;
  #speed: number;
  #paused: boolean;
  /** Where the generation that is being made begins; null = none is. */
  #making: number | null = null;
  #said = '';
  #stopSaying: Cancel | null = null;
  #stopped = false;

  constructor(parts: ReplayRunParts) {
    this.#parts = parts;
    const { before, speed } = parts;
    this.#generation = before ? before.generation : -1;
    this.#speed = before ? (before.speed ?? Infinity) : speed;
    this.#paused = before?.paused ?? false;
  }

  async start(): Promise<void> {
    const { before, clock, recordings } = this.#parts;
    this.#stopSaying = clock.setRepeating(VIEW_MS, () => this.#say());
    await this.#begin(before?.position ?? recordings.span.firstAt);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopSaying?.();
    await this.#replay?.stop();
  }

  async drive(command: ReplayCommand): Promise<void> {
    const playback = this.#replay?.playback;
    switch (command.type) {
      case 'replay.pause':
        this.#paused = true;
        playback?.pause();
        break;
      case 'replay.resume':
        this.#paused = false;
        playback?.resume();
        break;
      case 'replay.speed':
        this.#speed = command.speed ?? Infinity;
        playback?.setSpeed(this.#speed);
        break;
      case 'replay.seek':
        await this.#seek(command.to);
        break;
    }
    this.#say();
  }

  view(): ReplayView {
    const { recordings, venues } = this.#parts;
    const { firstAt, lastAt } = recordings.span;
    const playback = this.#making === null ? this.#replay?.playback : undefined;
    const seek = playback
      ? playback.seek
      : this.#making === null
        ? null
        : { from: firstAt, to: this.#making };
    return {
      generation: Math.max(0, this.#generation),
      firstAt: firstAt as Micros,
      lastAt: lastAt as Micros,
      position: Math.round(playback?.position() ?? firstAt) as Micros,
      seek: seek && { from: Math.round(seek.from) as Micros, to: Math.round(seek.to) as Micros },
      speed: Number.isFinite(this.#speed) ? this.#speed : null,
      paused: this.#paused,
      phase: this.#phase(),
      venues,
    };
  }

  #phase(): ReplayPhase {
    const playback = this.#replay?.playback;
    if (!playback || this.#making !== null || !playback.isStarted) return 'starting';
    if (playback.isOver) return 'ended';
    return playback.isSeeking ? 'seeking' : 'playing';
  }

  async #seek(to: number): Promise<void> {
    const { firstAt, lastAt } = this.#parts.recordings.span;
    const at = Math.min(lastAt, Math.max(firstAt, to));
    const playback = this.#replay?.playback;
    if (this.#making !== null) this.#making = at;
    else if (playback && !playback.isOver && at >= playback.position()) playback.forwardTo(at);
    else await this.#begin(at);
  }

  /** Who asks meanwhile for another place is heard: the newest word counts. */
  async #begin(at: number): Promise<void> {
    const { clock, onBegin, onOver, recordings } = this.#parts;
    this.#making = at;
    this.#generation += 1;
    const before = this.#replay;
    if (before) onOver();
    this.#say();
    await before?.stop();
    const replay = await recordings.play({ speed: this.#speed, from: at, paused: this.#paused }, clock);
    if (this.#stopped) {
      await replay.stop();
      return;
    }
    const { playback } = replay;
    this.#replay = replay;
    const wanted = this.#making;
    this.#making = null;
    // What was pressed while it was made.
    playback.setSpeed(this.#speed);
    if (this.#paused) playback.pause();
    else playback.resume();
    playback.forwardTo(wanted);
    onBegin(replay);
    this.#say();
  }

  #say(): void {
    const view = this.view();
    const text = JSON.stringify(view);
    if (text === this.#said || this.#stopped) return;
    this.#said = text;
    this.#parts.onView(view);
  }
}
