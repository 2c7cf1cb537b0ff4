import type { Figure, HealthRow, HealthState } from '../../../protocol/health.ts';
import type { Tone } from '../../state/tone.ts';
import { compact, formatAge, formatBytes, formatMs } from '../../ui/format.ts';

export function figureText({ value, unit }: Figure): string {
  if (value === null) return 'not measured';
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 'us':
      return value < 1000 ? `${compact(value)} µs` : formatMs(value / 1000);
    case 'count':
      return compact(value);
    case 'per-second':
      return `${compact(value)} /s`;
    case 'bytes':
      return formatBytes(value);
    case 'seconds':
      return formatAge(value * 1000);
  }
}

/** A figure with its sample count and window: what it was measured on. */
export function figureProvenance({ samples, windowSeconds }: Figure): string {
  const parts = [
    ...(samples === null ? [] : [`n ${compact(samples)}`]),
    ...(windowSeconds === null ? [] : [`over ${formatAge(windowSeconds * 1000)}`]),
  ];
  return parts.join(', ');
}

const TIMES: readonly Figure['unit'][] = ['ms', 'us'];

/** A tile's second line: its first two latencies, or its first figure, or the sentence when it is not well. */
export function tileText(row: HealthRow): string {
  if (row.state !== 'ok') return row.sentence;
  const measured = row.figures.filter((figure) => figure.value !== null);
  // An offset is no latency: it would read as one beside another.
  const latencies = measured.filter(({ unit, name }) => TIMES.includes(unit) && !name.includes('offset'));
  const times = latencies.slice(0, 2);
  if (times.length > 0) return times.map(figureText).join(' / ');
  const [first] = measured;
  return first ? `${first.name} ${figureText(first)}` : row.sentence;
}

export const TONES: Readonly<Record<HealthState, Tone>> = {
  ok: 'ok',
  degraded: 'caution',
  down: 'warning',
  unknown: 'unknown',
};
