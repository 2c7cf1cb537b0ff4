import type { ReplayView } from '../../../../protocol/replay.ts';
import type { ReplayDrive } from '../../../state/replay-drive.ts';

/** Play or pause; at the end, from the start again. */
export function togglePlaying({ phase, paused, firstAt }: ReplayView, drive: ReplayDrive): void {
  if (phase === 'ended') {
    drive.goTo(firstAt);
    if (paused) void drive.send({ type: 'replay.resume' });
  } else void drive.send({ type: paused ? 'replay.resume' : 'replay.pause' });
}
