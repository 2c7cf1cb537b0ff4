/** What the lower and the upper edge of a chart stand for; low < high. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** A scale that holds all values with whole tenths at its ends, at least a tenth apart. */
export function tenths(...all: readonly ArrayLike<number>[]): Scale {
  const values = all.flatMap((each) => Array.from(each)).filter(Number.isFinite);
  if (values.length === 0) return { low: 0, high: 1 };
  const low = Math.floor(Math.min(...values) * 10) / 10;
  const high = Math.ceil(Math.max(...values) * 10) / 10;
  return { low, high: Math.max(high, low + 0.1) };
}

/** An SVG path in a box of 100 × 100; where there is no value the line is broken. */
export function pathOf(values: ArrayLike<number>, { low, high }: Scale): string {
  const last = Math.max(1, values.length - 1);
  let isDrawing = false;
  let path = '';
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      isDrawing = false;
      continue;
    }
    const x = (100 * k) / last;
    const y = 100 - (100 * (Math.min(high, Math.max(low, value)) - low)) / (high - low);
    path += `${isDrawing ? 'L' : 'M'}${x.toFixed(2)} ${y.toFixed(2)}`;
    isDrawing = true;
  }
  return path;
}
