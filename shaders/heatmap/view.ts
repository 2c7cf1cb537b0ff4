/** Which part of the matrix is seen, and how its cells fall on pixels. Pure. */

export type Theme = 'light' | 'dark';

export interface HeatmapView {
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
  /** Cell (may be fractional or outside) at the picture's left top corner. */
  readonly x: number;
  readonly y: number;
  /** Cells a pixel: 1/20 draws cells of 20 pixels, 2 puts four cells into one pixel. */
  readonly scale: number;
  /** Instrument at each place of a row and of a column; null: as they come. A permutation of 0 … n−1. */
  readonly order: Uint32Array | null;
  /** |ρ| below this is dimmed; 0 dims nothing. */
  readonly threshold: number;
  readonly theme: Theme;
}

/** Binary places of a cell's fraction: cells up to 8,191 fit an i32, on every backend alike. */
export const FRACTION_BITS = 18;
export const ONE_CELL = 1 << FRACTION_BITS;
const FURTHEST = 2 ** 31 - 1;
/** Grid lines from this many pixels a cell on. */
export const GRID_PIXELS = 6;
/** |ρ| in 1/1024: what is compared and coloured, in integers. */
export const LEVELS = 1024;

/** The view in whole numbers: what the colouring reads. */
export interface FixedView {
  readonly width: number;
  readonly height: number;
  /** Cell at the left top corner and cells a pixel, in 2^−18 cells. */
  readonly x: number;
  readonly y: number;
  readonly step: number;
  readonly thresholdLevel: number;
}

/** @throws RangeError on a view that has no picture: the caller's mistake. */
export function fixedView(view: HeatmapView): FixedView {
  const { width, height } = view;
  const fixed = {
    width,
    height,
    x: Math.round(view.x * ONE_CELL),
    y: Math.round(view.y * ONE_CELL),
    // Rounded up: a cell of 7 pixels then begins at each seventh pixel, not one later.
    step: Math.max(1, Math.ceil(view.scale * ONE_CELL - 1e-6)),
    thresholdLevel: Math.ceil(Math.min(1, Math.max(0, view.threshold)) * LEVELS),
  };
  const reach = Math.max(
    Math.abs(fixed.x) + (width + 1) * fixed.step,
    Math.abs(fixed.y) + (height + 1) * fixed.step,
  );
  const whole = Object.values(fixed).every(Number.isInteger);
  if (!whole || width < 1 || height < 1 || width * height > 2 ** 25 || view.scale <= 0 || reach > FURTHEST) {
    throw new RangeError(
      `A heatmap cannot be drawn at ${width} × ${height} with ${view.scale} cells a pixel.`,
    );
  }
  return fixed;
}

/** The whole matrix, centred, as large as fits. */
export function fitScale(n: number, width: number, height: number): Pick<HeatmapView, 'x' | 'y' | 'scale'> {
  const scale = Math.max(1, n) / Math.max(1, Math.min(width, height));
  return { x: (n - width * scale) / 2, y: (n - height * scale) / 2, scale };
}

/** Zooms so that the cell under pixel (px, py) stays there; never further out than four times the whole. */
export function zoomAt(view: HeatmapView, n: number, px: number, py: number, factor: number): HeatmapView {
  const widest = (4 * Math.max(1, n)) / Math.max(1, Math.min(view.width, view.height));
  const scale = Math.min(widest, Math.max(1 / 256, view.scale / factor));
  return panTo({ ...view, scale }, n, view.x + px * (view.scale - scale), view.y + py * (view.scale - scale));
}

/** Moves the picture by pixels; some cell always stays in sight. */
export function panBy(view: HeatmapView, n: number, dx: number, dy: number): HeatmapView {
  return panTo(view, n, view.x - dx * view.scale, view.y - dy * view.scale);
}

function panTo(view: HeatmapView, n: number, x: number, y: number): HeatmapView {
  const within = (at: number, pixels: number): number =>
    Math.min(n - 1, Math.max(1 - pixels * view.scale, at));
  return { ...view, x: within(x, view.width), y: within(y, view.height) };
}

export interface CellUnder {
  /** Instruments (after the order) of the cell. */
  readonly row: number;
  readonly column: number;
}

/** The cell under a pixel; null beside the matrix. Zoomed out: the first of the pixel's cells. */
export function cellUnder(view: HeatmapView, n: number, px: number, py: number): CellUnder | null {
  const column = Math.floor(view.x + px * view.scale);
  const row = Math.floor(view.y + py * view.scale);
  if (!(column >= 0 && column < n && row >= 0 && row < n)) return null;
  return { row: view.order?.[row] ?? row, column: view.order?.[column] ?? column };
}
