/** The colouring's TypeScript twin: the same whole numbers as heatmap.wgsl, to the bit. */
import type { Correlated } from '../correlation/correlated.ts';
import { larger, NOTHING } from './keys.ts';
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
  const phase = hatchPhase(view);
  let hatched = false;
  for (let py = rows.from; py < rows.to; py++) {
    const line = pixels.subarray(py * width, (py + 1) * width);
    if (rows.edge[py] === 1) {
      line.fill(colours[GRID] ?? 0, columns.from, columns.to);
      continue;
    }
    // A cell higher than a pixel: the same line again, unless a hatch runs through it.
    const again = step <= one && py > rows.from && rows.edge[py - 1] === 0 && !hatched;
    if (again && rows.first[py] === rows.first[py - 1]) {
      line.set(pixels.subarray((py - 1) * width, py * width));
      continue;
    }
    const row = (r = 0): Uint16Array =>
      keys.subarray(level.offset + r * level.stride, level.offset + (r + 1) * level.stride);
    hatched = colourLine(line, columns, row(rows.first[py]), row(rows.last[py]), colours, py + phase);
  }
}

/**
 * A line of pixels, of which each holds two blocks a row of keys at most; `upper` and `lower` may be the same.
 * Whether a hatch runs through it.
 */
function colourLine(
  line: Uint32Array,
  { first, last, edge, from, to }: Spans,
  upper: Uint16Array,
  lower: Uint16Array,
  colours: Uint32Array,
  slant: number,
): boolean {
  let hatched = false;
  for (let px = from; px < to; px++) {
    const left = first[px] ?? 0;
    const right = last[px] ?? 0;
    const key = larger(
      larger(upper[left] ?? 0, upper[right] ?? 0),
      larger(lower[left] ?? 0, lower[right] ?? 0),
    );
    if (key === NOTHING) hatched = true;
    line[px] = colours[key === NOTHING && ((px + slant) & 7) < 2 ? HATCH : key] ?? 0;
    if (edge[px] === 1) line[px] = colours[GRID] ?? 0;
  }
  return hatched;
}

interface Spans {
  /** First and last block of each pixel, both inside the matrix. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** 1 where a grid line runs. */
  readonly edge: Uint8Array;
  /** Pixels that show something of the matrix: `from` … `to` − 1. */
  readonly from: number;
  readonly to: number;
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
  const edge = new Uint8Array(pixels);
  let [from, to] = [pixels, 0];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const low = Math.max(at(pixel), 0);
    const high = Math.min(several ? at(pixel + 1) - 1 : at(pixel), side - 1);
    first[pixel] = low;
    last[pixel] = high;
    edge[pixel] = hasGrid && at(pixel - 1) !== low ? 1 : 0;
    if (low > high) continue;
    from = Math.min(from, pixel);
    to = pixel + 1;
  }
  return { first, last, edge, from, to };
}
