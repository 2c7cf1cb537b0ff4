import type { ReplayView } from '../../protocol/replay.ts';
import type { ControlStore } from '../state/control.ts';

/** Says what is told of a replay, when the recordings began anew, and when it has arrived where it was sent. */
export function watchReplay(
  control: ControlStore,
  on: {
    readonly told: (replay: ReplayView) => void;
    readonly begunAnew: () => void;
    readonly arrived: () => void;
  },
): void {
  control.subscribe(({ state }, { state: before }) => {
    const [now, was] = [state?.replay, before?.replay];
    if (!now || now === was) return;
    on.told(now);
    if (!was) return;
    if (now.generation !== was.generation) on.begunAnew();
    else if (now.phase === 'playing' && was.phase !== 'playing') on.arrived();
  });
}
