import type { TradeView } from '../stream/port.ts';

const NONE: readonly TradeView[] = [];

/**
 * How many trades came after the newest of `held`, by the server's own count, and how many of them are
 * not in `now`: skipped on their way, or more than are kept. Both newest first.
 */
export function tradesSince(
  now: readonly TradeView[] = NONE,
  held: readonly TradeView[] = NONE,
): { readonly came: number; readonly lost: number } {
  const [newest, before] = [now[0], held[0]];
  if (!newest) return { came: 0, lost: 0 };
  if (!before) return { came: now.length, lost: 0 };
  // Numbers wrap at 2^32: only their distance counts.
  const came = Math.max(0, (newest.number - before.number) | 0);
  const kept = now.findIndex(({ number }) => ((number - before.number) | 0) <= 0);
  return { came, lost: came - (kept < 0 ? now.length : kept) };
}
