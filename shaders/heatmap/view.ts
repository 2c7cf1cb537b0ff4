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
  /** Cells that are dimmed however strong, as bits like those of what is invalid, both ways; absent: none. */
  readonly faint?: Uint32Array | null;
  /** What the cells are: correlations (absent), or differences of two, of which ±1 is drawn as the most. */
  readonly kind?: 'correlation' | 'difference';
  readonly theme: Theme;
}

/** Binary places of a cell's fraction: as many as let the whole picture fit an i32, on every backend alike. */
const MOST_BITS = 18;
const LEAST_BITS = 8;
const FURTHEST = 2 ** 31 - 1;
/** Grid lines from this many pixels a cell on. */
const GRID_PIXELS = 6;
/** |ρ| in 1/1024: what is compared and coloured, in integers. */
export const LEVELS = 1024;

/** The view in whole numbers: what the colouring reads. */
export interface FixedView {
  readonly width: number;
  readonly height: number;
  /** Cell at the left top corner and cells a pixel, in 2^−bits cells. */
  readonly x: number;
  readonly y: number;
  readonly step: number;
  readonly bits: number;
  /** 2^bits. */
  readonly one: number;
  /** Cells are large enough for lines between them. */
  readonly hasGrid: boolean;
}

/** A part of a picture, in its pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The corner lies on a whole pixel counted from the first cell's: what is moved is then moved by whole pixels,
 * in which the same cells fall, so that nothing shimmers and what was coloured can be moved along.
 *
 * @throws RangeError on a view that has no picture: the caller's mistake.
 */
export function fixedView(view: HeatmapView): FixedView {
  const { width, height, scale } = view;
  const isPicture = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  if (isPicture && width * height <= 2 ** 25 && scale > 0) {
    for (let bits = MOST_BITS; bits >= LEAST_BITS; bits--) {
      const one = 2 ** bits;
      // Rounded up: a cell of 7 pixels then begins at each seventh pixel, not one later.
      const step = Math.max(1, Math.ceil(scale * one - 1e-6));
      const x = Math.round((view.x * one) / step) * step;
      const y = Math.round((view.y * one) / step) * step;
      const reach = Math.max(Math.abs(x) + (width + 1) * step, Math.abs(y) + (height + 1) * step);
      if (reach > FURTHEST || Number.isNaN(reach)) continue;
      return { width, height, x, y, step, bits, one, hasGrid: (step - 1) * GRID_PIXELS < one };
    }
  }
  throw new RangeError(`A heatmap cannot be drawn at ${width} × ${height} with ${scale} cells a pixel.`);
}

export const wholeOf = ({ width, height }: Pick<FixedView, 'width' | 'height'>): Part => ({
  left: 0,
  top: 0,
  width,
  height,
});

/** A part of a view, which is a view itself. */
export function partOf(view: FixedView, { left, top, width, height }: Part): FixedView {
  return { ...view, width, height, x: view.x + left * view.step, y: view.y + top * view.step };
}

/** Where the hatch begins: it lies on the matrix, not on the picture, and is moved with it. */
export const hatchPhase = ({ x, y, step }: FixedView): number => (((x + y) / step) % 8) & 7;

/**
 * The level of a pyramid that a view is read from, the finest whose blocks are more than half a pixel, and
 * the shift from the view's numbers to its blocks. A block is shown by the pixel in which it begins: each
 * cell by one pixel, less than a pixel and a half from its place.
 */
export function levelOf<L>(
  { step, bits }: Pick<FixedView, 'step' | 'bits'>,
  levels: readonly L[],
): { readonly level: L; readonly shift: number } {
  const fitting = 31 - Math.clz32(Math.max(1, step >>> bits));
  const k = Math.min(fitting, levels.length - 1);
  const level = levels[k];
  if (level === undefined) throw new RangeError('A heatmap of nothing has no picture.');
  return { level, shift: bits + k };
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
