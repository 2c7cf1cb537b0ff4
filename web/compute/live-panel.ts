import { BAR_SPANS } from '../../protocol/bars.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { LiveReturns } from './live-returns.ts';
import type { PanelQuery } from './port.ts';

/** The newest bars of the live market as a panel that analyses take. */
export function livePanel(
  live: LiveReturns,
  names: readonly string[],
  { horizon, window }: PanelQuery,
): Result<ReturnsPanel> {
  if (horizon === '1d') return refuse('no-bars', 'The live market has no bars of a day here.');
  const ring = live.ring(horizon);
  const { newest } = ring;
  if (newest === null || ring.length === 0) return refuse('no-bars', 'There are no bars yet.');
  const { returns, valid, n, t } = ring.window(window);
  const span = BAR_SPANS[horizon];
  const times = Float64Array.from({ length: t }, (_, k) => newest.openAt + (2 + k - t) * span);
  return ok({ names, returns, valid, n, t, times, horizon, source: { kind: 'live' } });
}
