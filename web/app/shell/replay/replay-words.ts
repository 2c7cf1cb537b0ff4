import type { ReplayView } from '../../../../protocol/replay.ts';
import { utcTime } from '../../../ui/format.ts';

/** What the arrows move by, µs of the recording. */
export const STEP_MICROS = 5_000_000;
export const LONG_STEP_MICROS = 30_000_000;

/** `10×`; `max`: as fast as it can be read. */
export const speedText = (speed: number | null): string => (speed === null ? 'max' : `${speed}×`);

/** Where a replay stands, in a few words. */
export function standingOf({ phase, paused, seekingTo, speed }: ReplayView): string {
  if (phase === 'ended') return 'ended';
  if (seekingTo !== null) return `going to ${utcTime(seekingTo)}`;
  if (phase === 'starting') return 'starting';
  return paused ? 'paused' : `playing ${speedText(speed)}`;
}

/** A place on the time line as a part of it, 0 … 1. */
export function partOf({ firstAt, lastAt }: Pick<ReplayView, 'firstAt' | 'lastAt'>, at: number): number {
  if (lastAt <= firstAt) return 0;
  return Math.min(1, Math.max(0, (at - firstAt) / (lastAt - firstAt)));
}

/** Within the recordings. */
export const within = ({ firstAt, lastAt }: Pick<ReplayView, 'firstAt' | 'lastAt'>, at: number): number =>
  Math.min(lastAt, Math.max(firstAt, at));
