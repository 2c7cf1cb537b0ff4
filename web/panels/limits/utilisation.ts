import type { LimitView } from '../../../protocol/limits.ts';
import { compact, compactMoney } from '../../ui/format.ts';

/** Where a limit warns: 75, 85 and 95 % have their own marks on the bar (R-44 names 50 … 95). */
export const SOFT_MARKS = [0.75, 0.95] as const;

/** Used part of a limit, exactly enough for a bar; null when unknown. */
export function utilisation(limit: Pick<LimitView, 'limit' | 'observed'>): number | null {
  if (limit.observed === null) return null;
  const hard = BigInt(limit.limit);
  if (hard <= 0n) return 1;
  return Number((BigInt(limit.observed) * 10_000n) / hard) / 10_000;
}

/** `310 k of 1 M`, `18 of 100`. */
export function limitText({ unit, observed, limit }: Pick<LimitView, 'unit' | 'limit' | 'observed'>): string {
  switch (unit) {
    case 'USD-micros':
      return `${observed === null ? 'unknown' : compactMoney(BigInt(observed))} of ${compactMoney(BigInt(limit))} USD`;
    case 'orders-per-second':
      return `${observed === null ? 'unknown' : compact(Number(observed))} of ${compact(Number(limit))} /s`;
  }
}
