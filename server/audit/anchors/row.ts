import type { AnchorView } from '../../../protocol/audit.ts';
import { figure, type RowReading } from '../../health/rows.ts';

export interface AnchorsReading {
  readonly views: readonly AnchorView[];
  readonly failing: readonly { readonly kind: 'mismatch' | 'down'; readonly sentence: string }[];
  /** What keeps heads from being signed at all; null = nothing. */
  readonly headTrouble: string | null;
  /** Records under the newest head. */
  readonly size: number;
  /** µs since 1970. */
  readonly now: number;
}

/** What the health row of the anchors says. Pure. */
export function anchorsRow({ views, failing, headTrouble, size, now }: AnchorsReading): RowReading {
  const anchored = Math.max(0, ...views.map((view) => view.size ?? 0));
  const last = Math.max(...views.map((view) => view.at ?? -Infinity));
  const row = (state: RowReading['state'], sentence: string): RowReading => ({
    id: 'anchors',
    name: 'Heads elsewhere',
    state,
    sentence,
    figures: [
      figure('places', views.length, 'count'),
      figure('records not anchored', Math.max(0, size - anchored), 'count'),
      figure(
        'last put',
        Number.isFinite(last) ? Math.max(0, Math.round((now - last) / 1_000_000)) : null,
        'seconds',
      ),
    ],
  });
  const mismatch = failing.find(({ kind }) => kind === 'mismatch');
  if (mismatch) return row('down', mismatch.sentence);
  if (headTrouble !== null)
    return row('degraded', `Heads of the log can’t be signed and kept: ${headTrouble}.`);
  const [first] = failing;
  if (first) return row('degraded', first.sentence);
  if (views.length === 0) return row('unknown', 'No place elsewhere is configured.');
  if (!Number.isFinite(last)) return row('unknown', 'No head was put elsewhere yet.');
  return row('ok', 'The newest signed head is kept elsewhere.');
}
