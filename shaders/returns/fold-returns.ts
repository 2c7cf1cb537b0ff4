import { isPresent, type ReturnsPanel } from '../analyses/returns-panel.ts';

/**
 * The same returns over longer bars: log returns add up. Bars stand where the clock puts them (a minute's ends with
 * the minute); one of which a single column is missing is missing, for its return is not known. Bars that the
 * panel does not span whole are left out.
 *
 * @param by columns of a longer bar; `stepMicros` is one column's.
 */
export function foldReturns(
  panel: ReturnsPanel,
  by: number,
  stepMicros: number,
): Omit<ReturnsPanel, 'horizon'> {
  const { n, t, times, names, source } = panel;
  const span = by * stepMicros;
  const closes: number[] = [];
  for (let k = by - 1; k < t; k++) {
    const closeAt = times[k] ?? Number.NaN;
    if (closeAt % span === 0 && closeAt - (times[k - by + 1] ?? Number.NaN) === span - stepMicros)
      closes.push(k);
  }
  const words = Math.ceil(closes.length / 32);
  const returns = new Float64Array(n * closes.length);
  const valid = new Uint32Array(n * words);
  for (let i = 0; i < n; i++) {
    closes.forEach((close, column) => {
      let sum = 0;
      for (let k = close - by + 1; k <= close; k++) {
        sum += isPresent(panel, i, k) ? (panel.returns[i * t + k] ?? Number.NaN) : Number.NaN;
      }
      if (Number.isNaN(sum)) return;
      returns[i * closes.length + column] = sum;
      const word = i * words + (column >>> 5);
      valid[word] = (valid[word] ?? 0) | (1 << (column & 31));
    });
  }
  return {
    names,
    source,
    returns,
    valid,
    n,
    t: closes.length,
    times: Float64Array.from(closes, (k) => times[k] ?? Number.NaN),
  };
}
