import type { CandlesReply } from '../../../protocol/messages.ts';
import type { CandlesQuery } from '../../../protocol/messages.ts';
import { plural } from '../../ui/format.ts';

type Reply = Extract<CandlesReply, { ok: true }>;
export type Interval = CandlesQuery['interval'];

/** How each interval is called, how long a bar of it is (µs) and how many are asked for. */
export const INTERVALS: Readonly<
  Record<
    Interval,
    { readonly name: string; readonly spoken: string; readonly span: number; readonly limit: number }
  >
> = {
  '1s': { name: '1 s', spoken: 'one second', span: 1_000_000, limit: 300 },
  '1m': { name: '1 min', spoken: 'one minute', span: 60_000_000, limit: 240 },
  '5m': { name: '5 min', spoken: 'five minutes', span: 300_000_000, limit: 240 },
};

/** Open times of the bars in these gaps, µs, oldest first. */
export function gapTimes(gaps: Reply['gaps'], span: number): number[] {
  return gaps.flatMap(([from, to]) =>
    Array.from({ length: Math.max(0, Math.round((to - from) / span)) }, (_, bar) => from + bar * span),
  );
}

/** What a person is told of the gaps; null = there are none. */
export function gapText({ gaps, fault }: Pick<Reply, 'gaps' | 'fault'>, interval: Interval): string | null {
  const { span, name } = INTERVALS[interval];
  const bars = gapTimes(gaps, span).length;
  if (bars === 0) return null;
  const what = `${plural(bars, 'bar')} of ${name} not watched whole (shaded), in ${plural(gaps.length, 'gap')}`;
  return fault === null ? what : `${what}. Not filled: ${fault}`;
}
