import type { Clock } from '../../clock.ts';
import { SystemClock } from '../../clock.ts';
import { startReplay, type Replay, type ReplayOptions } from '../replay/replay.ts';
import { FeedRig } from './feed-rig.ts';

/** Captures being played, each into its own feed. */
export interface ReplayRig {
  readonly replay: Replay;
  readonly rigs: readonly [FeedRig, ...FeedRig[]];
  /** Resolves when every feed has its capture's end. */
  ended(limitMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error with the sentence of a refusal. */
export async function playInto(options: ReplayOptions, clock: Clock = new SystemClock()): Promise<ReplayRig> {
  const started = await startReplay(options, clock);
  if (!started.ok) throw new Error(started.error.sentence);
  const replay = started.value;
  const rigOf = (venue: Replay['venues'][0]): FeedRig => {
    const { restUrl, wsUrl, dialect, symbols, remark } = venue;
    const { time } = replay;
    const view = { replay: () => venue.view(), remark };
    const rig = new FeedRig({ restUrl, wsUrl, dialect, symbols, origin: 'REPLAY', clock, time, ...view });
    venue.onEnd(() => rig.feed.end());
    rig.feed.start();
    return rig;
  };
  const [first, ...others] = replay.venues;
  const rigs = [rigOf(first), ...others.map(rigOf)] as const;
  return {
    replay,
    rigs: [...rigs],
    ended: async (limitMs) => {
      const isEnded = (rig: FeedRig): boolean => rig.feed.view().state === 'ended';
      await Promise.all(rigs.map((rig) => rig.until('the capture has ended', () => isEnded(rig), limitMs)));
    },
    stop: async () => {
      for (const { feed } of rigs) feed.stop();
      await replay.stop();
    },
  };
}
