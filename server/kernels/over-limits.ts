/** Alarms of the limits that rest on what was computed of the market: raised over the limit, cleared some way under it. */
import type { LimitView } from '../../protocol/limits.ts';
import type { AlarmSpec } from '../health/alarm-book.ts';
import { clusterOver, valueAtRiskOver } from '../health/catalogue.ts';

/** Cleared at so much of the limit. */
const BACK_PERCENT = 95n;
const SPECS: Readonly<Record<string, (sentence: string) => AlarmSpec>> = {
  'value-at-risk': valueAtRiskOver,
  cluster: clusterOver,
};

/** By rule. What is not known raises nothing and clears nothing. */
export function overLimits(
  views: readonly Pick<LimitView, 'rule' | 'limit' | 'observed' | 'name' | 'at'>[],
  before: ReadonlyMap<string, AlarmSpec>,
): Map<string, AlarmSpec> {
  const after = new Map(before);
  for (const { rule, limit, observed, name, at } of views) {
    const spec = SPECS[rule];
    if (!spec || observed === null) continue;
    const [most, value] = [BigInt(limit), BigInt(observed)];
    if (value * 100n <= most * BACK_PERCENT) after.delete(rule);
    else if (value > most && !after.has(rule)) {
      const where = at === null ? '' : ` (${at})`;
      after.set(rule, spec(`${name}${where}: ${whole(value)} USD, over the limit of ${whole(most)} USD.`));
    }
  }
  return after;
}

const whole = (micros: bigint): string => (micros / 1_000_000n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
