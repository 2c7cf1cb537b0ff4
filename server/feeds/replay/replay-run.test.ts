import { describe, expect, it } from 'vitest';
import type { ReplayView } from '../../../protocol/replay.ts';
import type { Micros, VenueId } from '../../../protocol/units.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { Playback, type Cue } from './playback.ts';
import { playbackTime } from './playback-time.ts';
import { ReplayRun } from './replay-run.ts';
import type { PlayOptions, Recordings, Replay } from './replay.ts';

const START = 1_700_000_000_000_000;
const at = (second: number): Micros => (START + second * 1e6) as Micros;

/** Ten seconds, a cue in each; what happens is told in order. */
function rig(before: ReplayView | null = null) {
  const clock = new ManualClock();
  const told: string[] = [];
  const views: ReplayView[] = [];
  const played: number[] = [];
  const span = { firstAt: START, lastAt: at(9) };
  let lives = 0;
  let served: Promise<void> = Promise.resolve();
  const rooms = new Map<number, Promise<void>>();
  async function* cues(life: number): AsyncGenerator<Cue> {
    await Promise.resolve();
    for (let second = 0; second < 10; second++) {
      yield {
        at: at(second),
        play: () => {
          played.push(second);
          told.push(`${life}:${second}`);
          return rooms.get(second) ?? null;
        },
      };
    }
  }
  const recordings: Recordings = {
    span,
    covers: [],
    play: async (how: PlayOptions): Promise<Replay> => {
      const life = lives++;
      await served;
      const playback = new Playback({
        ...{ ...how, span, clock, cues: () => cues(life), caughtUp: () => Promise.resolve() },
      });
      const stop = (): Promise<void> => {
        told.push(`stop ${life}`);
        playback.stop();
        return Promise.resolve();
      };
      return { venues: [] as never, time: playbackTime(clock, playback), playback, stop };
    },
  };
  const run = new ReplayRun({
    recordings,
    venues: [{ venue: 'sim' as VenueId, name: 'Sim', firstAt: at(0), lastAt: at(9) }],
    speed: 1,
    before,
    clock,
    onOver: () => told.push('over'),
    onBegin: ({ playback }) => {
      told.push('begin');
      playback.start();
    },
    onView: (view) => views.push(view),
  });
  const newest = (): Partial<ReplayView> => views.at(-1) ?? {};
  const serve = (until: Promise<void>): void => {
    served = until;
  };
  /** Who reads has no room behind this second until it is let go on. */
  const hold = (second: number): (() => void) => {
    let go: () => void = () => undefined;
    rooms.set(second, new Promise((resolve) => (go = resolve)));
    return go;
  };
  return { clock, told, views, played, run, newest, serve, hold };
}

describe('a replay that people drive', () => {
  it('says where it stands on each change, and four times a second while it moves', async () => {
    const { clock, run, views, newest } = rig();
    await run.start();
    expect(newest()).toMatchObject({ generation: 0, phase: 'playing', position: START, speed: 1 });
    views.splice(0);
    await clock.advanceAsync(1000);
    expect(views.map(({ position }) => position)).toEqual([0.25, 0.5, 0.75, 1].map(at));
    await run.drive({ type: 'replay.pause' });
    await clock.advanceAsync(5000);
    expect(views).toHaveLength(5);
    expect(newest()).toMatchObject({ paused: true, position: at(1) });
    await run.drive({ type: 'replay.speed', speed: null });
    expect(newest()).toMatchObject({ speed: null, paused: true, position: at(1) });
    await run.drive({ type: 'replay.resume' });
    await clock.advanceAsync(500);
    expect(newest()).toMatchObject({ phase: 'ended', position: at(9) });
    await run.stop();
  });

  it('goes forwards in the same generation: nothing between is left out', async () => {
    const { clock, run, played, told, newest } = rig();
    await run.start();
    await clock.advanceAsync(1200);
    await run.drive({ type: 'replay.seek', to: at(6) });
    expect(newest()).toMatchObject({ phase: 'seeking', seek: { from: at(1.2), to: at(6) }, generation: 0 });
    await clock.advanceAsync(300);
    expect(played).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(told).not.toContain('over');
    await run.stop();
  });

  it('says how far of its way it is, and stands where a pause finds it', async () => {
    const { clock, run, newest, hold } = rig();
    await run.start();
    await clock.advanceAsync(1200);
    const go = hold(4);
    await run.drive({ type: 'replay.seek', to: at(8) });
    await clock.advanceAsync(250);
    expect(newest()).toMatchObject({
      ...{ phase: 'seeking', position: at(4), seek: { from: at(1.2), to: at(8) }, paused: false },
    });
    await run.drive({ type: 'replay.pause' });
    go();
    await clock.advanceAsync(60_000);
    expect(newest()).toMatchObject({ phase: 'playing', position: at(4), seek: null, paused: true });
    await run.stop();
  });

  it('goes backwards as another generation: the old one is over and stopped before anything of the new', async () => {
    const { clock, run, told, newest } = rig();
    await run.start();
    await clock.advanceAsync(5200);
    told.splice(0);
    await run.drive({ type: 'replay.pause' });
    await run.drive({ type: 'replay.seek', to: at(2) });
    expect(told).toEqual(['over', 'stop 0', 'begin']);
    await clock.advanceAsync(60_000);
    expect(told).toEqual(['over', 'stop 0', 'begin', '1:0', '1:1']);
    expect(newest()).toMatchObject({ generation: 1, position: at(2), paused: true, seek: null });
    await run.drive({ type: 'replay.resume' });
    await clock.advanceAsync(1100);
    expect(told.slice(-2)).toEqual(['1:2', '1:3']);
    await run.stop();
  });

  it('plays again from its end', async () => {
    const { clock, run, newest } = rig();
    await run.start();
    await run.drive({ type: 'replay.speed', speed: 50 });
    await clock.advanceAsync(1000);
    expect(newest().phase).toBe('ended');
    await run.drive({ type: 'replay.seek', to: at(0) });
    await clock.advanceAsync(50);
    expect(newest()).toMatchObject({ generation: 1, phase: 'playing' });
    await run.stop();
  });

  it('hears what is pressed while it begins anew', async () => {
    const { clock, run, newest, serve } = rig();
    await run.start();
    await clock.advanceAsync(5200);
    let ready: () => void = () => undefined;
    serve(new Promise((resolve) => (ready = resolve)));
    const sought = run.drive({ type: 'replay.seek', to: at(2) });
    await run.drive({ type: 'replay.pause' });
    await run.drive({ type: 'replay.seek', to: at(3) });
    expect(newest()).toMatchObject({ phase: 'starting', seek: { from: at(0), to: at(3) }, paused: true });
    ready();
    await sought;
    await clock.advanceAsync(60_000);
    expect(newest()).toMatchObject({ generation: 1, position: at(3), paused: true });
    await run.stop();
  });

  it('goes on where an earlier life of its thread was, as another generation', async () => {
    const one = rig();
    await one.run.start();
    await one.clock.advanceAsync(4000);
    await one.run.drive({ type: 'replay.speed', speed: 2 });
    const before = one.views.at(-1) ?? null;
    await one.run.stop();
    const two = rig(before);
    await two.run.start();
    await two.clock.advanceAsync(1000);
    expect(two.newest()).toMatchObject({ generation: 1, speed: 2, position: at(6) });
    await two.run.stop();
  });
});
