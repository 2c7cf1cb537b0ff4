/** The returns that an analysis is made of, wherever they come from: live bars, or an imported list of prices. */
import type { CorrelationInput } from '../correlation/panel.ts';

export const HORIZONS = ['1s', '1m', '5m', '1d'] as const;
/** How far apart two columns are. */
export type Horizon = (typeof HORIZONS)[number];

export type PanelSource =
  { readonly kind: 'live' } | { readonly kind: 'imported'; readonly name: string; readonly sha256: string };

/** n × t log returns row by row, oldest first; bits of ⌈t/32⌉ words a row say which are there. */
export interface ReturnsPanel extends Omit<CorrelationInput, 'lambda'> {
  readonly returns: Float64Array<ArrayBuffer>;
  readonly valid: Uint32Array<ArrayBuffer>;
  /** Of the rows. */
  readonly names: readonly string[];
  /** µs of each column's close. */
  readonly times: Float64Array;
  readonly horizon: Horizon;
  readonly source: PanelSource;
}

/** The same columns of some rows, in the order given. */
export function selectRows(panel: ReturnsPanel, rows: readonly number[]): ReturnsPanel {
  const { names, returns, valid, t } = panel;
  const words = Math.ceil(t / 32);
  const chosen = { returns: new Float64Array(rows.length * t), valid: new Uint32Array(rows.length * words) };
  rows.forEach((row, to) => {
    chosen.returns.set(returns.subarray(row * t, row * t + t), to * t);
    chosen.valid.set(valid.subarray(row * words, row * words + words), to * words);
  });
  return { ...panel, ...chosen, n: rows.length, names: rows.map((row) => names[row] ?? '') };
}

/** The columns from `from` to before `to` of every row. */
export function selectColumns(panel: ReturnsPanel, from: number, to: number): ReturnsPanel {
  const { n, times } = panel;
  const t = to - from;
  const words = Math.ceil(t / 32);
  const chosen = { returns: new Float64Array(n * t), valid: new Uint32Array(n * words) };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < t; k++) {
      if (!isPresent(panel, i, from + k)) continue;
      chosen.returns[i * t + k] = panel.returns[i * panel.t + from + k] ?? 0;
      const word = i * words + (k >>> 5);
      chosen.valid[word] = (chosen.valid[word] ?? 0) | (1 << (k & 31));
    }
  }
  return { ...panel, ...chosen, t, times: times.slice(from, to) };
}

/** Row i begun at column offsets[i], and gone round: what it has with itself stays, what it has with others goes. */
export function turnRows(panel: ReturnsPanel, offsets: ArrayLike<number>): ReturnsPanel {
  const { n, t } = panel;
  const words = Math.ceil(t / 32);
  const turned = { returns: new Float64Array(n * t), valid: new Uint32Array(n * words) };
  for (let i = 0; i < n; i++) {
    for (let k = 0, from = offsets[i] ?? 0; k < t; k++, from = from + 1 === t ? 0 : from + 1) {
      if (!isPresent(panel, i, from)) continue;
      turned.returns[i * t + k] = panel.returns[i * t + from] ?? 0;
      const word = i * words + (k >>> 5);
      turned.valid[word] = (turned.valid[word] ?? 0) | (1 << (k & 31));
    }
  }
  return { ...panel, ...turned };
}

/** Whether row i has a return at column k. */
export function isPresent(
  { returns, valid, t }: Pick<CorrelationInput, 'returns' | 'valid' | 't'>,
  i: number,
  k: number,
): boolean {
  const word = valid[i * Math.ceil(t / 32) + (k >>> 5)] ?? 0;
  return ((word >>> (k & 31)) & 1) === 1 && Number.isFinite(returns[i * t + k]);
}
