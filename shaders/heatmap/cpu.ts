/** The colouring's TypeScript twin: the same whole numbers as heatmap.wgsl, to the bit. */
import { invalidWords, type Correlated } from '../correlation/correlated.ts';
import { DIMMED, GRID, HATCH, HATCH_GROUND, palette } from './palette.ts';
import { FRACTION_BITS, fixedView, GRID_PIXELS, LEVELS, ONE_CELL, type HeatmapView } from './view.ts';

/** RGBA of width × height pixels, ready for ImageData. */
export function colourTypescript(
  { matrix, invalid }: Correlated,
  n: number,
  view: HeatmapView,
): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, x, y, step, thresholdLevel } = fixedView(view);
  const colours = palette(view.theme);
  const order = view.order ?? identity(n);
  const pixels = new Uint32Array(width * height);
  const columns = spans(width, x, step, n);
  const rows = spans(height, y, step, n);
  const words = invalidWords(n);

  let hatched = false;
  const strongest = (px: number, py: number): number => {
    let best = -1;
    let level = 0;
    const lastRow = rows.last[py] ?? 0;
    const lastColumn = columns.last[px] ?? 0;
    for (let r = rows.first[py] ?? 0; r <= lastRow; r++) {
      const i = order[r] ?? 0;
      for (let c = columns.first[px] ?? 0; c <= lastColumn; c++) {
        const j = order[c] ?? 0;
        if (((invalid[i * words + (j >>> 5)] ?? 0) & (1 << (j & 31))) !== 0) continue;
        const candidate = Math.trunc((matrix[i * n + j] ?? 0) * LEVELS);
        if (Math.abs(candidate) > best) {
          best = Math.abs(candidate);
          level = candidate;
        }
      }
    }
    if (best < 0) {
      hatched = true;
      return ((px + py) & 7) < 2 ? HATCH : HATCH_GROUND;
    }
    return LEVELS + level + (best < thresholdLevel ? DIMMED : 0);
  };

  for (let py = 0; py < height; py++) {
    if (rows.inside[py] === 0) continue;
    // A cell higher than a pixel: the same line again, unless a hatch runs through it.
    const again = py > 0 && rows.edge[py] === 0 && rows.edge[py - 1] === 0 && !hatched;
    if (again && step <= ONE_CELL && rows.first[py] === rows.first[py - 1] && rows.inside[py - 1] === 1) {
      pixels.copyWithin(py * width, (py - 1) * width, py * width);
      continue;
    }
    hatched = false;
    for (let px = 0; px < width; px++) {
      if (columns.inside[px] === 0) continue;
      const edge = columns.edge[px] === 1 || rows.edge[py] === 1;
      pixels[py * width + px] = colours[edge ? GRID : strongest(px, py)] ?? 0;
    }
  }
  return new Uint8ClampedArray(pixels.buffer);
}

interface Spans {
  /** First and last cell of each pixel, both inside the matrix. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly inside: Uint8Array;
  /** 1 where a grid line runs. */
  readonly edge: Uint8Array;
}

function spans(pixels: number, origin: number, step: number, n: number): Spans {
  const at = (pixel: number): number => (origin + pixel * step) >> FRACTION_BITS;
  const first = new Int32Array(pixels);
  const last = new Int32Array(pixels);
  const inside = new Uint8Array(pixels);
  const edge = new Uint8Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const low = Math.max(at(pixel), 0);
    const high = step <= ONE_CELL ? at(pixel) : (origin + (pixel + 1) * step - 1) >> FRACTION_BITS;
    first[pixel] = low;
    last[pixel] = Math.min(high, n - 1);
    inside[pixel] = low <= Math.min(high, n - 1) ? 1 : 0;
    edge[pixel] = (step - 1) * GRID_PIXELS < ONE_CELL && at(pixel - 1) !== low ? 1 : 0;
  }
  return { first, last, inside, edge };
}

export function identity(n: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
