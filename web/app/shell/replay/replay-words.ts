import type { ReplayView } from '../../../../protocol/replay.ts';
import { utcTime } from '../../../ui/format.ts';

/** What the arrows move by, µs of the recording. */
export const STEP_MICROS = 5_000_000;
export const LONG_STEP_MICROS = 30_000_000;

/** `10×`; `max`: as fast as it can be read. */
export const speedText = (speed: number | null): string => (speed === null ? 'max' : `${speed}×`);

/** Where a replay stands, in a few words. */
export function standingOf({ phase, paused, seek, speed, position }: ReplayView): string {
  if (phase === 'ended') return 'ended';
  if (seek) return `going to ${utcTime(seek.to)}, ${percentOf(seek, position)} %`;
  if (phase === 'starting') return 'starting';
  return paused ? 'paused' : `playing ${speedText(speed)}`;
}

/** How much of its way is behind it; never all of it while it is on its way. */
function percentOf({ from, to }: NonNullable<ReplayView['seek']>, position: number): number {
  return Math.min(99, Math.floor(100 * partOf({ firstAt: from, lastAt: to }, position)));
}

/** A place on the time line as a part of it, 0 … 1. */
export function partOf({ firstAt, lastAt }: Pick<ReplayView, 'firstAt' | 'lastAt'>, at: number): number {
  if (lastAt <= firstAt) return 0;
  return Math.min(1, Math.max(0, (at - firstAt) / (lastAt - firstAt)));
}

/** Within the recordings. */
export const within = ({ firstAt, lastAt }: Pick<ReplayView, 'firstAt' | 'lastAt'>, at: number): number =>
  Math.min(lastAt, Math.max(firstAt, at));
