import { ok, refuse, type Result } from '../../protocol/result.ts';
import { HORIZONS, type Horizon, type ReturnsPanel } from '../analyses/returns-panel.ts';
import type { ImportedPrices } from './import.ts';
import { stepName } from './step.ts';

/** The horizon whose rows are that far apart (µs), if there is one. */
export function horizonOf(step: number): Result<Horizon> {
  const name = stepName(step);
  const horizon = HORIZONS.find((each) => each === name);
  if (horizon !== undefined) return ok(horizon);
  const sentence = `The dates are ${name} apart; prices of every second, minute, five minutes or day are taken.`;
  return refuse('price-step', sentence);
}

/** Imported prices as what analyses take. The arrays are the same. */
export function panelOf(prices: ImportedPrices, name: string): Result<ReturnsPanel> {
  const horizon = horizonOf(prices.step);
  if (!horizon.ok) return horizon;
  const { names, times, returns, valid, sha256 } = prices;
  const shape = { names, n: names.length, t: times.length, times, returns, valid };
  return ok({ ...shape, horizon: horizon.value, source: { kind: 'imported', name, sha256 } });
}
