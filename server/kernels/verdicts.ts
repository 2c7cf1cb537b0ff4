/**
 * Which alarms of the market hold: pure. One is raised at its limit and cleared some way behind it; unknown changes
 * nothing. What markets do every hour is over any limit that somebody would write down: a shock and a wild market
 * are raised where they also are more than anything of the two days before.
 */
import type { KernelsConfig } from '../config/kernels.ts';
import type { AlarmSpec } from '../health/alarm-book.ts';
import * as alarm from '../health/catalogue.ts';
import { Highest } from '../../shaders/detectors/highest.ts';
import type { KernelReport } from './report.ts';

export type Cause = 'shock' | 'cascade' | 'volatility' | 'flash' | 'co-exceedance';
export type Raised = ReadonlyMap<Cause, AlarmSpec>;

/** `hold`: between the two, or not known. */
type Verdict = { readonly kind: 'raise'; readonly spec: AlarmSpec } | { readonly kind: 'clear' | 'hold' };

const CLEAR: Verdict = { kind: 'clear' };
const HOLD: Verdict = { kind: 'hold' };
const raise = (spec: AlarmSpec): Verdict => ({ kind: 'raise', spec });

/** A change that is sure and small is no shock. */
export const LEAST_SHOCK = 0.15;
const CASCADE_BACK = 0.05;
const CALM = 0.5;

/** Which are over their limit, and more than whatever was in the two days before. */
export interface Unheard {
  readonly shock: boolean;
  readonly volatility: boolean;
}

/** Of one day the highest comes up to twice a day where markets change; of two, about once at most (docs/kernels.md). */
const SPAN_MICROS = 2 * 86_400_000_000;

/** Follows the reports, each once, oldest first. Only what is over its limit is compared, and remembered. */
export class LastDays {
  readonly #shock = new Highest(SPAN_MICROS);
  readonly #volatility = new Highest(SPAN_MICROS);

  step(
    { asOf, shock, wild }: Pick<KernelReport, 'asOf' | 'shock' | 'wild'>,
    { correlationShockP, volatilityProbability }: KernelsConfig['alarms'],
  ): Unheard {
    const change = shock.ok && isShock(shock.value, correlationShockP) ? sizeOf(shock.value) : Number.NaN;
    const size = wild.ok && isWild(wild.value, volatilityProbability) ? wild.value.size : Number.NaN;
    return { shock: this.#shock.step(asOf, change), volatility: this.#volatility.step(asOf, size) };
  }
}

const sizeOf = ({ before, after }: Value<'shock'>): number => Math.abs(after - before);
const isShock = (shock: Value<'shock'>, limit: number | null): boolean =>
  limit !== null && shock.p <= limit && sizeOf(shock) >= LEAST_SHOCK;
const isWild = ({ probability }: Value<'wild'>, limit: number | null): boolean =>
  limit !== null && probability > limit;

/** What holds after this report; `report` null: it is old, and nothing is raised or cleared by it. */
export function judge(
  report: KernelReport | null,
  alarms: KernelsConfig['alarms'],
  before: Raised,
  unheard: Unheard,
): Map<Cause, AlarmSpec> {
  const after = new Map(before);
  if (report === null) return after;
  for (const [cause, verdict] of verdicts(report, alarms, unheard)) {
    if (verdict.kind === 'clear') after.delete(cause);
    // Its first words stay: the alarm is of what was seen then.
    if (verdict.kind === 'raise' && !after.has(cause)) after.set(cause, verdict.spec);
  }
  return after;
}

function verdicts(
  { shock, cascade, wild, flash, coExceedance }: KernelReport,
  alarms: KernelsConfig['alarms'],
  unheard: Unheard,
): [Cause, Verdict][] {
  const { correlationShockP, cascadeProbability, volatilityProbability } = alarms;
  return [
    [
      'shock',
      shock.ok && correlationShockP !== null ? shocked(shock.value, correlationShockP, unheard.shock) : HOLD,
    ],
    ['cascade', cascade.ok && cascadeProbability !== null ? falls(cascade.value, cascadeProbability) : HOLD],
    [
      'volatility',
      wild.ok && volatilityProbability !== null
        ? wildly(wild.value, volatilityProbability, unheard.volatility)
        : HOLD,
    ],
    ['flash', flash.ok && alarms.flashCrash ? crashes(flash.value.crashing) : HOLD],
    ['co-exceedance', coExceedance.ok && alarms.coExceedance ? together(coExceedance.value) : HOLD],
  ];
}

type Value<K extends keyof KernelReport> = Extract<KernelReport[K], { ok: true }>['value'];

function shocked(shock: Value<'shock'>, limit: number, isUnheard: boolean): Verdict {
  const { before, after, p, instruments } = shock;
  if (p > 2 * limit || sizeOf(shock) < LEAST_SHOCK / 2) return CLEAR;
  if (!isShock(shock, limit) || !isUnheard) return HOLD;
  return raise(
    alarm.correlationShock(
      `The mean correlation of ${instruments} instruments went from ${signed(before)} to ${signed(after)} (p ${p.toFixed(3)}), more than in the two days before.`,
    ),
  );
}

function falls({ given, probability, error, k, of }: Value<'cascade'>, limit: number): Verdict {
  if (probability < limit - CASCADE_BACK) return CLEAR;
  // Two errors: it is over the limit, not only near it.
  if (probability - 2 * error <= limit) return HOLD;
  return raise(
    alarm.cascadeLikely(
      `When ${given} falls, at least ${k} of its ${of} neighbours fall with it in ${percent(probability)} of bars, over ${percent(limit)}.`,
    ),
  );
}

function wildly(wild: Value<'wild'>, limit: number, isUnheard: boolean): Verdict {
  const { probability, size } = wild;
  if (probability < CALM) return CLEAR;
  if (!isWild(wild, limit) || !isUnheard) return HOLD;
  const bps = (size * 10_000).toFixed(1);
  return raise(
    alarm.volatilityRegime(
      `The market’s volatility is wild now (probability ${probability.toFixed(2)}): ${bps} basis points in 10 s, more than in the two days before.`,
    ),
  );
}

function crashes(crashing: readonly string[]): Verdict {
  if (crashing.length === 0) return CLEAR;
  const named = crashing.slice(0, NAMED).join(', ');
  const more = crashing.length > NAMED ? ` and ${crashing.length - NAMED} more` : '';
  return raise(
    alarm.flashCrash(`Flash crash: ${named}${more} fell far and at once, and the book went away.`),
  );
}
const NAMED = 5;

function together({ down, of, isCascade }: Value<'coExceedance'>): Verdict {
  if (!isCascade) return CLEAR;
  return raise(alarm.coExceedance(`${down} of ${of} instruments fell far in the same minute.`));
}

const percent = (value: number): string => `${Math.round(100 * value)} %`;
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
