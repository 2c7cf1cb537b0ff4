import { basename } from 'node:path';
import { ensureDefined } from '../../../protocol/assert.ts';
import type { FeedView } from '../../../protocol/health.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { Clock } from '../../clock.ts';
import type { Dialect } from '../dialect.ts';
import type { FeedTime } from '../time.ts';
import { toldApart, type CaptureVenue } from './identify.ts';
import { mergeCues } from './merge.ts';
import { Playback, type Span } from './playback.ts';
import { playbackTime } from './playback-time.ts';
import type { Stage } from './stage.ts';
import { surveyStage, type MakeStage } from './survey-stage.ts';

/** How recordings are played. */
export interface PlayOptions {
  /** × the recorded pace; `Infinity` = as fast as it can be read. */
  readonly speed: number;
  /** Begins here, µs since 1970: what is before is played at full speed first. */
  readonly from?: number;
  /** Stands still where it begins. */
  readonly paused?: boolean;
}

export interface ReplayOptions extends PlayOptions {
  readonly files: readonly string[];
}

/** Captures that were read once, and can be played from the start as often as one likes. */
export interface Recordings {
  readonly span: Span;
  /** What each covers, in the order of the files. */
  readonly covers: readonly (CaptureVenue & Span)[];
  play(how: PlayOptions, clock: Clock): Promise<Replay>;
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

/** Reads the captures; refused where one can't be used, or they are not of one time. */
export async function openRecordings(files: readonly string[]): Promise<Result<Recordings>> {
  const makers: MakeStage[] = [];
  for (const file of files) {
    const stage = await surveyStage(file);
    if (!stage.ok) return stage;
    makers.push(stage.value);
  }
  if (makers.length === 0) return refuse('replay-files', 'A replay needs a capture.');
  const stages = makers.map((make) => make());
  const apart = farApart(files, stages);
  if (apart) return { ok: false, error: apart };
  const names = toldApart(stages.map(({ venue }) => venue));
  const covers = stages.map(({ venue, span }, at) => {
    const { id, name } = names[at] ?? venue;
    return { id, name, firstAt: span.firstAt, lastAt: span.lastAt };
  });
  const span = {
    firstAt: Math.min(...covers.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...covers.map(({ lastAt }) => lastAt)),
  };
  const play = (how: PlayOptions, clock: Clock): Promise<Replay> =>
    playStages(
      makers.map((make) => make()),
      covers,
      { ...how, span, clock },
    );
  return ok({ span, covers, play });
}

/** Reads the captures and starts serving them; they play once every feed is connected. */
export async function startReplay({ files, ...how }: ReplayOptions, clock: Clock): Promise<Result<Replay>> {
  if (!(how.speed > 0))
    return refuse('replay-speed', `A replay's speed must be more than 0, not ${how.speed}.`);
  const recordings = await openRecordings(files);
  return recordings.ok ? ok(await recordings.value.play(how, clock)) : recordings;
}

async function playStages(
  stages: readonly Stage[],
  names: readonly CaptureVenue[],
  how: PlayOptions & { readonly span: Span; readonly clock: Clock },
): Promise<Replay> {
  const { clock } = how;
  const playback = new Playback({
    ...how,
    cues: () => mergeCues(stages.map((stage) => stage.cues())),
    caughtUp: async () => {
      await Promise.all(stages.map((stage) => stage.caughtUp()));
    },
  });
  bind(stages, playback, clock);
  const [first, ...others] = await Promise.all(
    stages.map(async (stage, at) => venueOf(stage, names[at] ?? stage.venue, await stage.listen(), playback)),
  );
  return {
    venues: [ensureDefined(first, 'a capture'), ...others],
    time: playbackTime(clock, playback),
    playback,
    stop: async () => {
      playback.stop();
      await Promise.all(stages.map((stage) => stage.close()));
    },
  };
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
