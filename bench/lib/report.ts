/**
 * What every bench prints: a table for people and, last, one line of JSON for programs.
 */
export type Figures = Readonly<Record<string, unknown>>;

/** The q-quantile (0 … 1) by linear interpolation between order statistics (Hyndman–Fan type 7); NaN if empty. */
export function quantile(xs: readonly number[] | Float64Array, q: number): number {
  const sorted = Float64Array.from(xs).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = Math.min(1, Math.max(0, q)) * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return below + (above - below) * (at - low);
}

/** The middle value; NaN if empty. */
export function median(xs: readonly number[] | Float64Array): number {
  return quantile(xs, 0.5);
}

export type Cell = string | number;

/** The table as text: the first column to the left, the others to the right. */
export function formatTable(headers: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [headers, ...rows.map((row) => row.map(cellText))];
  const widths = headers.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const print = (line: readonly string[]): string =>
    widths
      .map((width, column) => {
        const text = line[column] ?? '';
        return column === 0 ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = lines;
  return [print(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(print)].join('\n');
}

export function printTable(headers: readonly string[], rows: readonly (readonly Cell[])[]): void {
  process.stdout.write(`${formatTable(headers, rows)}\n`);
}

/**
 * Ends a bench: prints `{"bench":name,"pass":…,…figures}` as the last line and sets the exit code
 * (0 passed, 1 a bar was missed). The bench returns after it; nothing may print later.
 */
export function finish(name: string, pass: boolean, figures: Figures): void {
  process.stdout.write(`${JSON.stringify({ bench: name, pass, ...figures })}\n`);
  process.exitCode = pass ? 0 : 1;
}

/** Four significant figures for what was measured, whole numbers as they are. */
function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  if (Number.isInteger(cell)) return String(cell);
  const size = Math.abs(cell);
  return size >= 1e-3 && size < 1e6 ? cell.toPrecision(4) : cell.toExponential(2);
}
