import { RULES, type CleaningReport, type Finding, type Rule } from '../../../shaders/prices/report.ts';
import { dateText } from '../../../shaders/prices/report.ts';
import type { PricesSummary } from '../../compute/prices-port.ts';
import { HORIZON_NAMES } from '../analysis/analysis-words.ts';
import { toCsv } from '../../ui/csv.ts';

export interface RuleFound {
  readonly rule: Rule;
  readonly sentence: string;
  readonly count: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
}

/** What was dirty, a kind at a time; kinds that were not found are left out. */
export function found({ counts, findings }: CleaningReport): readonly RuleFound[] {
  return (Object.keys(RULES) as Rule[])
    .filter((rule) => counts[rule] > 0)
    .map((rule) => ({
      ...{ rule, sentence: RULES[rule], count: counts[rule] },
      findings: findings.filter((finding) => finding.rule === rule),
    }));
}

export const findingsOf = ({ counts }: CleaningReport): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** `482 instruments × 1258 returns of 1 day, 2015-01-12 to 2020-01-10`. */
export function panelText({ names, samples, horizon, from, to }: PricesSummary): string {
  return `${names.length} instruments × ${samples} returns of ${HORIZON_NAMES[horizon]}, ${dateText(from)} to ${dateText(to)}`;
}

/** Each finding a row. */
export function reportCsv({ findings }: CleaningReport): string {
  const rows = findings.map(({ rule, instrument, from, to, value, count }) => [
    ...[rule, instrument ?? '', dateText(from), dateText(to)],
    ...[value === null ? '' : Number.isFinite(value) ? value : 'not a number', count],
    RULES[rule],
  ]);
  return toCsv(['rule', 'instrument', 'from', 'to', 'value', 'count', 'what was done'], rows);
}
