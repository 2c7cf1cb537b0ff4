/** The windows that the heatmap asks for: one, or two that can be compared. Pure. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import {
  isPresent,
  selectColumns,
  selectRows,
  type ReturnsPanel,
} from '../../shaders/analyses/returns-panel.ts';
import type { HeatmapOptions, PanelQuery } from './port.ts';

export interface Windows {
  readonly panel: ReturnsPanel;
  /** What it is compared with: of the same instruments in the same rows. Null: nothing. */
  readonly before: { readonly panel: ReturnsPanel; readonly isJustBefore: boolean } | null;
}

type Asked = Pick<HeatmapOptions, 'of' | 'window' | 'compared' | 'against'>;

/** Refused: what the returns are refused for, and windows that have fewer than two instruments in common. */
export function windowsOf(
  { of, window, compared, against }: Asked,
  returns: (query: PanelQuery) => Result<ReturnsPanel>,
): Result<Windows> {
  const isJustBefore = compared && against === null;
  const shown = returns({ ...of, window: isJustBefore ? 2 * window : window });
  if (!shown.ok || !compared) return shown.ok ? ok({ panel: shown.value, before: null }) : shown;
  if (against === null) {
    const { value: both } = shown;
    const half = Math.floor(both.t / 2);
    const panel = selectColumns(both, both.t - half, both.t);
    const earlier = selectColumns(both, both.t - 2 * half, both.t - half);
    return ok({ panel, before: { panel: earlier, isJustBefore } });
  }
  const other = returns({ ...against, window });
  if (!other.ok) return other;
  const common = commonRows(shown.value, other.value);
  if (!common.ok) return common;
  const [panel, earlier] = common.value;
  return ok({ panel, before: { panel: earlier, isJustBefore } });
}

const LEAST = 2;

/** The instruments that both have, by name, in the order of the first. */
function commonRows(shown: ReturnsPanel, other: ReturnsPanel): Result<[ReturnsPanel, ReturnsPanel]> {
  const rowOf = new Map(other.names.map((name, row) => [name, row]));
  const rows = shown.names.flatMap((name, row) => (rowOf.has(name) ? [row] : []));
  if (rows.length < LEAST) {
    const [whose, others] = [nameOf(shown), nameOf(other)];
    const many = rows.length === 0 ? 'No instrument' : `Only ${shown.names[rows[0] ?? 0] ?? ''}`;
    return refuse(
      'no-common-instruments',
      `${many} of ${whose} is in ${others} under the same name, so there is no pair to compare.`,
    );
  }
  const otherRows = rows.map((row) => rowOf.get(shown.names[row] ?? '') ?? 0);
  const isWhole =
    rows.length === shown.n && rows.length === other.n && otherRows.every((row, at) => row === at);
  return ok(isWhole ? [shown, other] : [selectRows(shown, rows), selectRows(other, otherRows)]);
}

const nameOf = ({ source }: ReturnsPanel): string =>
  source.kind === 'live' ? 'the live market' : source.name;

/**
 * Two windows as one, the earlier first, each row of each in units of its own spread: where blocks of a minute and
 * of a second change sides, the larger returns would otherwise be all that counts.
 */
export function inTurn(earlier: ReturnsPanel, later: ReturnsPanel): ReturnsPanel {
  const { n } = later;
  const t = earlier.t + later.t;
  const words = Math.ceil(t / 32);
  const [returns, valid] = [new Float64Array(n * t), new Uint32Array(n * words)];
  for (let i = 0; i < n; i++) {
    for (const [panel, first] of [
      [earlier, 0],
      [later, earlier.t],
    ] as const) {
      const { mean, spread } = momentsOf(panel, i);
      for (let k = 0; k < panel.t; k++) {
        if (!isPresent(panel, i, k)) continue;
        const [to, word] = [first + k, i * words + ((first + k) >>> 5)];
        returns[i * t + to] = spread > 0 ? ((panel.returns[i * panel.t + k] ?? 0) - mean) / spread : 0;
        valid[word] = (valid[word] ?? 0) | (1 << (to & 31));
      }
    }
  }
  const times = Float64Array.from([...earlier.times, ...later.times]);
  return { ...later, returns, valid, t, times };
}

function momentsOf(panel: ReturnsPanel, i: number): { readonly mean: number; readonly spread: number } {
  const known: number[] = [];
  for (let k = 0; k < panel.t; k++)
    if (isPresent(panel, i, k)) known.push(panel.returns[i * panel.t + k] ?? 0);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {
    mean,
    spread: Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length),
  };
}
