import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { mergeCues } from './merge.ts';
import { Playback, type Cue, type PlaybackParts } from './playback.ts';

const START = 1_700_000_000_000_000;

async function* from(cues: readonly Cue[]): AsyncGenerator<Cue> {
  await Promise.resolve();
  yield* cues;
}

/** Ten cues, a second apart; what was played is kept with the clock's time of it. */
function rig(parts: Partial<PlaybackParts> = {}) {
  const clock = new ManualClock();
  const played: { second: number; at: number }[] = [];
  const cues = Array.from({ length: 10 }, (_, second) => ({
    at: START + second * 1e6,
    play: () => {
      played.push({ second, at: clock.monotonicMicros() / 1e6 });
      return null;
    },
  }));
  const playback = new Playback({
    cues: () => from(cues),
    span: { firstAt: START, lastAt: START + 9e6 },
    speed: 1,
    clock,
    caughtUp: () => Promise.resolve(),
    ...parts,
  });
  const seconds = () => played.map(({ second }) => second);
  return { clock, playback, played, seconds };
}

describe('a playback', () => {
  it('keeps the recorded pace at any speed, and ends at its end', async () => {
    for (const speed of [0.5, 1, 10]) {
      const { clock, playback, played } = rig({ speed });
      await clock.advanceAsync(60_000);
      expect(played).toEqual([]);
      playback.start();
      await clock.advanceAsync(20_000);
      expect(played.map(({ second }) => second)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      for (const { second, at } of played) expect(at - 60).toBeCloseTo(second / speed, 1);
      expect(playback.isOver).toBe(true);
      expect(playback.progress()).toBe(1);
    }
  });

  it('stands still in a pause, its listeners’ time with it, and goes on where it was', async () => {
    const { clock, playback, seconds } = rig();
    playback.start();
    await clock.advanceAsync(2500);
    playback.pause();
    const [position, pace] = [playback.position(), playback.paceMs()];
    expect(position).toBe(START + 2_500_000);
    await clock.advanceAsync(60_000);
    expect(seconds()).toEqual([0, 1, 2]);
    expect([playback.position(), playback.paceMs()]).toEqual([position, pace]);
    playback.resume();
    await clock.advanceAsync(600);
    expect(seconds()).toEqual([0, 1, 2, 3]);
    expect(playback.position()).toBe(START + 3_100_000);
  });

  it('changes its speed without a jump, while it waits and while it is paused', async () => {
    const { clock, playback, seconds } = rig();
    playback.start();
    await clock.advanceAsync(1500);
    playback.setSpeed(10);
    expect(playback.position()).toBe(START + 1_500_000);
    await clock.advanceAsync(200);
    expect(seconds()).toEqual([0, 1, 2, 3]);
    expect(playback.position()).toBe(START + 3_500_000);
    expect(playback.paceMs()).toBe(1500 + 2000);
    playback.pause();
    playback.setSpeed(0.5);
    playback.resume();
    await clock.advanceAsync(1000);
    expect(playback.position()).toBe(START + 4_000_000);
  });

  it('plays at full speed up to where it is to begin, then at its own', async () => {
    const { clock, playback, played, seconds } = rig({ from: START + 5_500_000, speed: 2 });
    playback.start();
    await clock.advanceAsync(0);
    expect(seconds()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(playback.position()).toBeGreaterThanOrEqual(START + 5_000_000);
    await clock.advanceAsync(10_000);
    expect(seconds()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const [sixth, seventh] = played.slice(6);
    expect((sixth?.at ?? 0) - 0).toBeCloseTo(0.25, 1);
    expect((seventh?.at ?? 0) - (sixth?.at ?? 0)).toBeCloseTo(0.5, 1);
  });

  it('is sent forwards: all between is played at once, paused or not, then it goes on as before', async () => {
    const { clock, playback, seconds } = rig();
    playback.start();
    await clock.advanceAsync(1500);
    playback.forwardTo(START + 4_500_000);
    expect(playback.seek).toEqual({ from: START + 1_500_000, to: START + 4_500_000 });
    await clock.advanceAsync(0);
    expect(seconds()).toEqual([0, 1, 2, 3, 4]);
    expect([playback.position(), playback.seek]).toEqual([START + 4_500_000, null]);
    playback.pause();
    playback.forwardTo(START + 6_200_000);
    await clock.advanceAsync(60_000);
    expect(seconds()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(playback.position()).toBe(START + 6_200_000);
    playback.resume();
    await clock.advanceAsync(900);
    expect(seconds().at(-1)).toBe(7);
  });

  describe('on a long way', () => {
    /** Each second is played when its reader has room for it: what is between can be looked at. */
    async function underWay(to: number) {
      const rooms: (() => void)[] = [];
      const seconds: number[] = [];
      const cues = Array.from({ length: 10 }, (_, second) => ({
        at: START + second * 1e6,
        play: () => {
          seconds.push(second);
          return new Promise<void>((resolve) => rooms.push(resolve));
        },
      }));
      const { clock, playback } = rig({ cues: () => from(cues) });
      const room = async (): Promise<void> => {
        rooms.splice(0).forEach((resolve) => resolve());
        await clock.advanceAsync(0);
      };
      playback.start();
      await clock.advanceAsync(0);
      playback.forwardTo(START + to * 1e6);
      for (let second = 1; second <= 3; second++) await room();
      expect(seconds).toEqual([0, 1, 2, 3]);
      expect([playback.position(), playback.isSeeking]).toEqual([START + 3e6, true]);
      return { clock, playback, seconds, room };
    }

    it('a pause gives it up: it stands where it is, and goes on from there at its own pace', async () => {
      const { clock, playback, seconds, room } = await underWay(8);
      playback.pause();
      await room();
      await clock.advanceAsync(60_000);
      expect(seconds).toEqual([0, 1, 2, 3]);
      expect([playback.position(), playback.seek, playback.isHeld]).toEqual([START + 3e6, null, true]);
      playback.resume();
      await clock.advanceAsync(900);
      expect(seconds).toEqual([0, 1, 2, 3]);
      await clock.advanceAsync(100);
      expect(seconds).toEqual([0, 1, 2, 3, 4]);
    });

    it.each([5, 9])('it can be sent to second %i instead: no further, and nothing twice', async (to) => {
      const { clock, playback, seconds, room } = await underWay(7);
      playback.forwardTo(START + to * 1e6);
      expect(playback.seek).toEqual({ from: START, to: START + to * 1e6 });
      while (playback.isSeeking) await room();
      await room();
      expect(seconds).toEqual(Array.from({ length: to + 1 }, (_, second) => second));
      expect(playback.position()).toBe(START + to * 1e6);
      await clock.advanceAsync(500);
      expect(seconds).toHaveLength(to + 1);
    });

    it('a new speed, or a pause taken back, does not end it', async () => {
      const { playback, seconds, room } = await underWay(6);
      playback.setSpeed(5);
      playback.resume();
      expect(playback.seek).toEqual({ from: START, to: START + 6e6 });
      while (playback.isSeeking) await room();
      expect(seconds.at(-1)).toBe(6);
    });
  });

  it('begins paused at any place, and stands there', async () => {
    const { clock, playback, seconds } = rig({ from: START + 3_500_000, paused: true, speed: Infinity });
    playback.start();
    await clock.advanceAsync(60_000);
    expect(seconds()).toEqual([0, 1, 2, 3]);
    expect(playback.isHeld).toBe(true);
    playback.setSpeed(2);
    expect(playback.position()).toBe(START + 3_500_000);
    playback.resume();
    await clock.advanceAsync(300);
    expect(seconds()).toEqual([0, 1, 2, 3, 4]);
  });

  it('goes on from where it is when as fast as possible becomes a pace', async () => {
    const { clock, playback, seconds } = rig({ from: START + 3_500_000, paused: true });
    playback.start();
    await clock.advanceAsync(0);
    playback.setSpeed(Infinity);
    playback.setSpeed(1);
    playback.resume();
    await clock.advanceAsync(400);
    expect(seconds()).toEqual([0, 1, 2, 3]);
    await clock.advanceAsync(200);
    expect(seconds()).toEqual([0, 1, 2, 3, 4]);
  });

  it('never says that it is further than it was played, nor steps back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom(-1, 0, 0.5, 1, 7, 50)), {
          maxLength: 20,
        }),
        async (steps) => {
          const { clock, playback, played } = rig();
          playback.start();
          let before = playback.position();
          let pace = playback.paceMs();
          for (const [ms, speed] of steps) {
            if (speed === 0) playback.pause();
            else if (speed < 0) playback.forwardTo(playback.position() + ms * 1000);
            else {
              playback.resume();
              playback.setSpeed(speed);
            }
            await clock.advanceAsync(ms);
            const now = playback.position();
            expect(now).toBeGreaterThanOrEqual(before);
            expect(playback.paceMs()).toBeGreaterThanOrEqual(pace);
            const last = START + (played.at(-1)?.second ?? 0) * 1e6;
            expect(last).toBeLessThanOrEqual(now + 50_000);
            if (!playback.isOver) expect(now - last).toBeLessThan(1_100_000);
            before = now;
            pace = playback.paceMs();
          }
          playback.stop();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('stands still while a listener has no room, though the listeners’ own time goes on', async () => {
    const clock = new ManualClock();
    let room: () => void = () => undefined;
    const cues: Cue[] = [
      { at: START, play: () => new Promise((resolve) => (room = resolve)) },
      { at: START + 1e6, play: () => null },
    ];
    const span = { firstAt: START, lastAt: START + 1e6 };
    const playback = new Playback({
      ...{ cues: () => from(cues), span, speed: 1, clock, caughtUp: () => Promise.resolve() },
    });
    playback.start();
    await clock.advanceAsync(5000);
    expect(playback.position()).toBe(START);
    expect(playback.paceMs()).toBe(5000);
    room();
    await clock.advanceAsync(400);
    expect(playback.position()).toBe(START + 400_000);
  });

  it('tells what went wrong with its file', async () => {
    const faults: string[] = [];
    const { clock, playback } = rig({
      cues: async function* () {
        await Promise.resolve();
        yield { at: START, play: () => null };
        throw new Error('the disk is gone');
      },
    });
    playback.onFault(({ sentence }) => faults.push(sentence));
    playback.start();
    await clock.advanceAsync(10);
    expect(faults).toEqual(['the disk is gone']);
  });
});

describe('cues of several captures', () => {
  it('come in one row in order of time, none lost, each capture’s in its own order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(50)), { maxLength: 5 }), async (captures) => {
        const played: [number, number][] = [];
        const sources = captures.map((times, source) =>
          from(
            times
              .sort((a, b) => a - b)
              .map((at, index) => ({
                at,
                play: () => {
                  played.push([source, index]);
                  return null;
                },
              })),
          ),
        );
        let last = -1;
        for await (const cue of mergeCues(sources)) {
          expect(cue.at).toBeGreaterThanOrEqual(last);
          last = cue.at;
          void cue.play();
        }
        for (const [source, times] of captures.entries()) {
          const own = played.filter(([of]) => of === source).map(([, index]) => index);
          expect(own).toEqual(times.map((_, index) => index));
        }
      }),
    );
  });

  it('closes every file when it is left early', async () => {
    let closed = 0;
    const source = async function* (): AsyncGenerator<Cue> {
      try {
        for (let at = 0; ; at++) {
          await Promise.resolve();
          yield { at, play: () => null };
        }
      } finally {
        closed += 1;
      }
    };
    for await (const { at } of mergeCues([source(), source()])) if (at > 3) break;
    expect(closed).toBe(2);
  });
});
