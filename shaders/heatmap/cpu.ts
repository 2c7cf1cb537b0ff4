/** The colouring's TypeScript twin: the same whole numbers as heatmap.wgsl, to the bit. */
import type { Correlated } from '../correlation/correlated.ts';
import { DIAGONAL, NOTHING } from './keys.ts';
import { GRID, HATCH, keyColours } from './palette.ts';
import { buildPyramid, type Level, type Pyramid } from './pyramid.ts';
import {
  fixedView,
  hatchPhase,
  levelOf,
  partOf,
  wholeOf,
  type FixedView,
  type HeatmapView,
  type Part,
} from './view.ts';

/** Pictures without a GPU. It keeps the pyramid of what it last drew. */
export class CpuHeatmap {
  #held: { readonly of: readonly unknown[]; readonly pyramid: Pyramid } | null = null;
  #pixels = new Uint32Array(0);

  /** Of the pyramid and of the pixels that are handed on. */
  get bytes(): number {
    return (this.#held?.pyramid.keys.byteLength ?? 0) + this.#pixels.byteLength;
  }

  /**
   * RGBA of the view's parts (of all of it, unless told which), one after the other, row by row, as u32 with red
   * lowest. Its own memory, good until the next call.
   */
  colour(
    source: Correlated,
    n: number,
    view: HeatmapView,
    parts: readonly Part[] = [wholeOf(view)],
  ): Uint32Array<ArrayBuffer> {
    const faint = view.faint ?? null;
    const of = [source.matrix, view.order, faint];
    if (this.#held?.of.every((each, at) => each === of[at]) !== true) {
      this.#held = { of, pyramid: buildPyramid(source, n, { order: view.order, faint }) };
    }
    const fixed = fixedView(view);
    const colours = keyColours(view);
    const all = parts.reduce((sum, { width, height }) => sum + width * height, 0);
    if (this.#pixels.length < all) this.#pixels = new Uint32Array(all);
    const coloured = this.#pixels.subarray(0, all);
    let from = 0;
    for (const part of parts) {
      const size = part.width * part.height;
      colourPyramid(this.#held.pyramid, partOf(fixed, part), colours, coloured.subarray(from, from + size));
      from += size;
    }
    return coloured;
  }
}

function colourPyramid(
  { levels, keys }: Pyramid,
  view: FixedView,
  colours: Uint32Array,
  pixels: Uint32Array,
): void {
  const { width, height, step, one } = view;
  pixels.fill(0);
  if (levels.length === 0) return;
  const { level, shift } = levelOf(view, levels);
  const columns = spans(width, view.x, view, level, shift);
  const rows = spans(height, view.y, view, level, shift);
  const line = new Strongest(keys, level);
  const phase = hatchPhase(view);

  let hatched = false;
  for (let py = 0; py < height; py++) {
    if (rows.inside[py] === 0) continue;
    // A cell higher than a pixel: the same line again, unless a hatch runs through it.
    const again = py > 0 && rows.edge[py] === 0 && rows.edge[py - 1] === 0 && !hatched;
    if (again && step <= one && rows.first[py] === rows.first[py - 1] && rows.inside[py - 1] === 1) {
      pixels.copyWithin(py * width, (py - 1) * width, py * width);
      continue;
    }
    hatched = false;
    const strongest = line.of(rows.first[py] ?? 0, rows.last[py] ?? 0, columns);
    for (let px = 0; px < width; px++) {
      if (columns.inside[px] === 0) continue;
      if (columns.edge[px] === 1 || rows.edge[py] === 1) {
        pixels[py * width + px] = colours[GRID] ?? 0;
        continue;
      }
      let key = NOTHING;
      for (let c = columns.first[px] ?? 0, last = columns.last[px] ?? 0; c <= last; c++) {
        const each = strongest[c] ?? 0;
        if (each > key) key = each;
      }
      if (key < DIAGONAL) hatched = true;
      pixels[py * width + px] = colours[key < DIAGONAL && ((px + py + phase) & 7) < 2 ? HATCH : key] ?? 0;
    }
  }
}

/** The largest key of each column of a level over the rows of a line of pixels. */
class Strongest {
  readonly #keys: Uint16Array;
  readonly #level: Level;
  readonly #line: Uint16Array;

  constructor(keys: Uint16Array, level: Level) {
    this.#keys = keys;
    this.#level = level;
    this.#line = new Uint16Array(level.stride);
  }

  of(first: number, last: number, { least, most }: Spans): Uint16Array {
    const { stride, offset } = this.#level;
    const row = (r: number): Uint16Array =>
      this.#keys.subarray(offset + r * stride, offset + (r + 1) * stride);
    if (first === last) return row(first);
    this.#line.set(row(first));
    for (let r = first + 1; r <= last; r++) {
      const keys = row(r);
      for (let c = least; c <= most; c++) {
        const key = keys[c] ?? 0;
        if (key > (this.#line[c] ?? 0)) this.#line[c] = key;
      }
    }
    return this.#line;
  }
}

interface Spans {
  /** First and last block of each pixel, both inside the matrix. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly inside: Uint8Array;
  /** 1 where a grid line runs. */
  readonly edge: Uint8Array;
  /** Of all. */
  readonly least: number;
  readonly most: number;
}

function spans(
  pixels: number,
  origin: number,
  { step, one, hasGrid }: FixedView,
  { side }: Level,
  shift: number,
): Spans {
  const several = step > one;
  const up = several ? 2 ** shift - 1 : 0;
  const at = (pixel: number): number => (origin + pixel * step + up) >> shift;
  const first = new Int32Array(pixels);
  const last = new Int32Array(pixels);
  const inside = new Uint8Array(pixels);
  const edge = new Uint8Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const low = Math.max(at(pixel), 0);
    const high = Math.min(several ? at(pixel + 1) - 1 : at(pixel), side - 1);
    first[pixel] = low;
    last[pixel] = high;
    inside[pixel] = low <= high ? 1 : 0;
    edge[pixel] = hasGrid && at(pixel - 1) !== low ? 1 : 0;
  }
  return { first, last, inside, edge, least: first[0] ?? 0, most: last[pixels - 1] ?? -1 };
}
