/** What of a report is kept, and what was kept as a console asks for it. */
import {
  historySpan,
  type HistoryFigure,
  type KernelHistory,
  type KernelHistoryQuery,
} from '../../protocol/kernels.ts';
import type { Origin } from '../../protocol/origin.ts';
import { ok, type Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { BAR_CAPACITY } from '../feeds/bars.ts';
import type { KernelReport, StructureFigures } from '../kernels/report.ts';
import type { KernelFigure, RunsQuestion } from '../store/runs/questions.ts';

const ONE = 1_000_000;
const BARS_A_MINUTE = 60;

/** Each figure that this run could tell, in whole millionths; one that it could not is not there. */
export function figuresOf(report: KernelReport, origin: Origin, code: string): KernelFigure[] {
  const { seconds, minutes, wild, cascade, risk } = report;
  const figures: KernelFigure[] = [];
  const keep = (
    figure: HistoryFigure,
    value: number,
    { asOf, instruments, samples = null }: { asOf: number; instruments: number; samples?: number | null },
  ): void => {
    const [millionths, at] = [Math.round(value), Math.round(asOf)];
    // Beyond a whole number that is exact nothing is told: a gap, not a guess.
    if (!Number.isSafeInteger(millionths) || !Number.isSafeInteger(at)) return;
    figures.push({ origin, figure, asOf: at, value: millionths, instruments, samples, code });
  };
  const structure = (of: StructureFigures, horizon: '1s' | '1m'): void => {
    keep(`absorption-${horizon}`, of.absorption * ONE, of);
    keep(`mean-correlation-${horizon}`, of.meanCorrelation * ONE, of);
  };
  if (seconds.ok) structure(seconds.value, '1s');
  if (minutes.ok) structure(minutes.value, '1m');
  if (wild.ok) keep('wild', wild.value.probability * ONE, report);
  if (cascade.ok) keep('cascade', cascade.value.probability * ONE, report);
  if (risk.ok) {
    const of = { asOf: risk.value.asOf, instruments: risk.value.held.size };
    keep('value-at-risk', Number(risk.value.valueAtRisk), of);
    keep('shortfall', Number(risk.value.shortfall), of);
  }
  return figures;
}

/** What was kept of a range that ends now. */
export async function kernelHistory(
  ask: (question: RunsQuestion) => Promise<Result<unknown>>,
  {
    clock,
    config,
  }: { readonly clock: Pick<Clock, 'wallMicros'>; readonly config: Pick<Config, 'kernels' | 'origins'> },
  { figures, range }: KernelHistoryQuery,
): Promise<Result<KernelHistory>> {
  const origin = config.origins.data;
  const { bucket, from, to } = historySpan(range, clock.wallMicros());
  const lines = await ask({ kind: 'read', origin, figures, from, to, bucket });
  if (!lines.ok) return lines;
  const { enabled, window } = config.kernels;
  return ok({
    recording: !enabled ? 'off' : origin === 'REPLAY' ? 'replay' : 'on',
    windows: { '1s': window, '1m': Math.floor(BAR_CAPACITY / BARS_A_MINUTE) },
    ...{ from, to },
    lines: lines.value as KernelHistory['lines'],
  });
}
