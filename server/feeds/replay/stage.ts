import type { Dialect } from '../dialect.ts';
import type { Cue, Span } from './playback.ts';

/** One capture and the venue that plays it: what a playback needs of it, and what its feed needs. */
export interface Stage {
  /** Of the venue, for people; an id is made unique among the captures played together. */
  readonly venue: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  /** What its feed asks for: as the recorder asked. */
  readonly symbols: readonly string[] | 'all';
  readonly span: Span;
  /** What people must know about this capture; empty when nothing. */
  readonly remark: string;
  /** In order of time. */
  cues(): AsyncIterable<Cue>;
  /** The playback that moves it, before it listens. */
  bind(clock: StageClock): void;
  /** Returns the port of its REST and WebSocket. */
  listen(): Promise<number>;
  close(): Promise<void>;
  /** Resolves when its feed has read all that was played. */
  caughtUp(): Promise<void>;
  /** Its last frame has been read. */
  readonly isDrained: boolean;
  onDrained(listener: () => void): void;
}

/** What a stage sees of the playback. */
export interface StageClock {
  position(): number;
  readonly isPaced: boolean;
  readonly isStarted: boolean;
  /** Its feed is connected: it may begin. Harmless the second time. */
  ready(stage: Stage): void;
}
