import type { Provenance } from '../../../shaders/analyses/analysis.ts';
import { BACKEND_NAMES } from '../../ui/backend-names.ts';
import { formatMs, grouped, plural, utcDate, utcTime } from '../../ui/format.ts';

export const HORIZON_NAMES: Readonly<Record<Provenance['horizon'], string>> = {
  ticks: 'tick',
  '1s': '1 s',
  '1m': '1 min',
  '5m': '5 min',
  '1d': '1 day',
};

const UNITS: Readonly<Record<Provenance['horizon'], string>> = {
  ticks: 's',
  '1s': 's',
  '1m': 'min',
  '5m': '× 5 min',
  '1d': 'd',
};

/** `512 s`, `128 d`: so many bars as a time. */
export const windowText = (window: number, horizon: Provenance['horizon']): string =>
  `${window}\u202f${UNITS[horizon]}`;

/** How far apart bars are, ms; trades come all the time. */
export const HORIZON_MS: Readonly<Record<Provenance['horizon'], number>> = {
  ticks: 0,
  '1s': 1000,
  '1m': 60_000,
  '5m': 300_000,
  '1d': 86_400_000,
};

/** The close of a bar: of live ones the time of day, of imported ones the date too. */
export function closeText(at: number, { horizon, source }: Pick<Provenance, 'horizon' | 'source'>): string {
  if (source.kind === 'live') return utcTime(at);
  return horizon === '1d' ? utcDate(at) : `${utcDate(at)} ${utcTime(at)}`;
}

/** What an answer rests on, as the line of its panel says it. */
export function provenanceText(provenance: Provenance | null): string {
  if (!provenance) return 'no answer yet';
  const { source, samples, window, horizon, leftOut, seed, backend, ms, asOf } = provenance;
  return [
    ...(source.kind === 'imported' ? [`imported ${source.name}`] : []),
    horizon === 'ticks'
      ? `${grouped(String(samples))} ticks in ${window} s`
      : `${samples < window ? `${samples} of ${window}` : samples} × ${HORIZON_NAMES[horizon]}`,
    ...(leftOut.length > 0 ? [`${plural(leftOut.length, 'instrument')} left out`] : []),
    ...(seed === null ? [] : [`seed ${seed}`]),
    `${BACKEND_NAMES[backend]} ${formatMs(ms)}`,
    `as of ${closeText(asOf, provenance)}`,
  ].join(' · ');
}

/** `+0.31`, `−0.04`. */
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

/** `41 %`; whole ones, one digit below 10, and two that count where that would say nothing. */
export function percent(share: number): string {
  const whole = share * 100;
  if (whole <= 0 || whole >= 9.95) return `${Math.round(whole)} %`;
  if (whole < 0.001) return '< 0.001 %';
  return `${whole < 0.95 ? whole.toPrecision(2) : whole.toFixed(1)} %`;
}

/** `± 1.2`, in hundredths beside a percent. */
export const plusMinus = (error: number): string => `± ${(error * 100).toFixed(1)}`;
