import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { ReturnsRing } from '../../shaders/returns/returns-ring.ts';
import type { PanelQuery } from './port.ts';

const SECOND = 1_000_000;

/** The newest bars of a ring as a panel that analyses take. */
export function livePanel(
  ring: ReturnsRing,
  names: readonly string[],
  { horizon, window }: PanelQuery,
): Result<ReturnsPanel> {
  const { newest } = ring;
  if (horizon !== '1s') return refuse('no-bars', `There are no ${horizon} bars on this console.`);
  if (newest === null || ring.length === 0) return refuse('no-bars', 'There are no bars yet.');
  const { returns, valid, n, t } = ring.window(window);
  const times = Float64Array.from({ length: t }, (_, k) => newest.openAt + (2 + k - t) * SECOND);
  return ok({ names, returns, valid, n, t, times, horizon, source: { kind: 'live' } });
}
