import { basename } from 'node:path';
import type { FeedView } from '../../../protocol/health.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { Clock } from '../../clock.ts';
import type { Dialect } from '../dialect.ts';
import type { FeedTime } from '../time.ts';
import { toldApart, type CaptureVenue } from './identify.ts';
import { mergeCues } from './merge.ts';
import { openStage } from './open-stage.ts';
import { Playback, type Span } from './playback.ts';
import { playbackTime } from './playback-time.ts';
import type { Stage } from './stage.ts';

export interface ReplayOptions {
  readonly files: readonly string[];
  /** × the recorded pace; `Infinity` = as fast as it can be read. */
  readonly speed: number;
  /** Begins here, µs since 1970: what is before is played at full speed first. */
  readonly from?: number;
}

/** One capture as a venue of its own, served by a real local WebSocket and REST server: its adapter is the live one. */
export interface ReplayVenue {
  /** Unique among the captures played together. */
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly symbols: readonly string[] | 'all';
  readonly restUrl: string;
  readonly wsUrl: string;
  /** What people must know about this capture; empty when nothing. */
  readonly remark: string;
  view(): NonNullable<FeedView['replay']>;
  /** Once, when the last frame has reached the adapter. */
  onEnd(listener: () => void): void;
}

/** Captures that play on one clock. */
export interface Replay {
  readonly venues: readonly [ReplayVenue, ...ReplayVenue[]];
  /** What its feeds live by. */
  readonly time: FeedTime;
  readonly playback: Playback;
  stop(): Promise<void>;
}

/** A feed that does not connect by then, once another has, is not waited for. */
const READY_MS = 10_000;
/** Captures that are further apart than this are not of one market. */
const APART_MICROS = 3_600_000_000;

/** Surveys the captures and starts serving them; they play once every feed is connected. */
export async function startReplay(
  { files, speed, from }: ReplayOptions,
  clock: Clock,
): Promise<Result<Replay>> {
  if (!(speed > 0)) return refuse('replay-speed', `A replay's speed must be more than 0, not ${speed}.`);
  const stages: Stage[] = [];
  for (const file of files) {
    const stage = await openStage(file);
    if (!stage.ok) return stage;
    stages.push(stage.value);
  }
  const apart = farApart(files, stages);
  if (apart) return { ok: false, error: apart };
  const playback = new Playback({
    cues: () => mergeCues(stages.map((stage) => stage.cues())),
    span: {
      firstAt: Math.min(...stages.map(({ span }) => span.firstAt)),
      lastAt: Math.max(...stages.map(({ span }) => span.lastAt)),
    },
    speed,
    ...(from === undefined ? {} : { from }),
    clock,
    caughtUp: async () => {
      await Promise.all(stages.map((stage) => stage.caughtUp()));
    },
  });
  bind(stages, playback, clock);
  const venues = [];
  const names = toldApart(stages.map(({ venue }) => venue));
  for (const [at, stage] of stages.entries()) {
    venues.push(venueOf(stage, names[at] ?? stage.venue, await stage.listen(), playback));
  }
  const [first, ...others] = venues;
  if (!first) return refuse('replay-files', 'A replay needs a capture.');
  return ok({
    venues: [first, ...others],
    time: playbackTime(clock, playback),
    playback,
    stop: async () => {
      playback.stop();
      await Promise.all(stages.map((stage) => stage.close()));
    },
  });
}

/** They begin together. */
function bind(stages: readonly Stage[], playback: Playback, clock: Clock): void {
  const waited = new Set(stages);
  for (const stage of stages) {
    stage.bind({
      position: () => playback.position(),
      get isPaced() {
        return playback.isPaced;
      },
      get isStarted() {
        return playback.isStarted;
      },
      ready: (which) => {
        if (waited.size === stages.length && stages.length > 1) {
          clock.setTimer(READY_MS, () => playback.start());
        }
        waited.delete(which);
        if (waited.size === 0) playback.start();
      },
    });
  }
}

function venueOf(stage: Stage, { id, name }: CaptureVenue, port: number, playback: Playback): ReplayVenue {
  const { dialect, symbols, remark } = stage;
  return {
    id,
    name,
    dialect,
    symbols,
    restUrl: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    remark,
    view: () => ({
      progress: playback.progress(),
      speed: Number.isFinite(playback.speed) ? playback.speed : 0,
      ended: stage.isDrained,
    }),
    onEnd: (listener) => stage.onDrained(listener),
  };
}

function farApart(files: readonly string[], stages: readonly Stage[]): Refusal | null {
  const inOrder = stages
    .map(({ span }, at) => ({ span, name: basename(files[at] ?? '') }))
    .sort((one, other) => one.span.firstAt - other.span.firstAt);
  let latest: { readonly span: Span; readonly name: string } | undefined;
  for (const one of inOrder) {
    if (latest && one.span.firstAt - latest.span.lastAt > APART_MICROS) {
      const hours = ((one.span.firstAt - latest.span.lastAt) / 3.6e9).toFixed(0);
      const sentence = `${one.name} begins ${hours} h after ${latest.name} ends: they can't be played together.`;
      return { code: 'captures-apart', sentence };
    }
    if (!latest || one.span.lastAt > latest.span.lastAt) latest = one;
  }
  return null;
}
