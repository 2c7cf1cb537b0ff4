import type { Cancel, Clock } from '../../clock.ts';
import type { FeedTime } from '../time.ts';
import type { Playback } from './playback.ts';

const JITTER_MS = 250;
const SHORTEST_TIMER_MS = 5;

/** Time as a feed of a replay lives it: its durations follow the playback, ages on a screen stay ours. */
export function playbackTime(
  clock: Clock,
  playback: Pick<Playback, 'paceMs' | 'position' | 'pace' | 'isHeld'>,
): FeedTime {
  return {
    wallMicros: () => clock.wallMicros(),
    paceMs: () => playback.paceMs(),
    marketMicros: () => playback.position(),
    // Set anew each time: the pace can be changed while it runs.
    repeat: (ms, run) => {
      let cancel: Cancel = () => undefined;
      const next = (): void => {
        cancel = clock.setTimer(Math.max(SHORTEST_TIMER_MS, ms / playback.pace), () => {
          next();
          run();
        });
      };
      next();
      return () => cancel();
    },
    get jitterMs() {
      return JITTER_MS * Math.max(1, playback.pace);
    },
    comparable: false,
    get isHeld() {
      return playback.isHeld;
    },
  };
}
