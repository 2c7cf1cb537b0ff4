/**
 * The last picture, kept. Of a view that is only moved, what stays in sight is moved and the rest coloured; of
 * one that is the same, nothing is.
 */
import { fixedView, wholeOf, type FixedView, type HeatmapView, type Part } from './view.ts';

interface Held {
  readonly view: FixedView;
  /** What its colours depend on beside the place, each told by its identity. */
  readonly of: readonly unknown[];
}

export class Picture {
  #pixels = new Uint32Array(0);
  #held: Held | null = null;

  get bytes(): number {
    return this.#pixels.byteLength;
  }

  /**
   * RGBA of the view's pixels: the picture's own memory, good until the next one. One at a time.
   *
   * @param of what the colours depend on beside the place: where any of it is another object, all is coloured
   * @param colour gives the pixels of the parts that are missing, one part after the other, row by row; it is
   * not asked where there are none
   * @throws RangeError on a view that has no picture, and whatever `colour` throws: the next is coloured whole
   */
  async draw(
    view: HeatmapView,
    of: readonly unknown[],
    colour: (parts: readonly Part[]) => Promise<Uint32Array>,
  ): Promise<Uint8ClampedArray<ArrayBuffer>> {
    const fixed = fixedView(view);
    const { width, height } = fixed;
    const moved = this.#movedTo(fixed, of);
    const parts = moved === null ? [wholeOf(fixed)] : uncovered(fixed, moved);
    if (parts.length > 0) {
      // Until the new parts are there, it is neither the old picture nor the new.
      this.#held = null;
      const coloured = await colour(parts);
      if (moved !== null) move(this.#pixels, width, moved);
      else if (this.#pixels.length !== width * height) this.#pixels = new Uint32Array(width * height);
      place(this.#pixels, width, parts, coloured);
    }
    this.#held = { view: fixed, of };
    return new Uint8ClampedArray(this.#pixels.buffer);
  }

  /** How far the held picture is moved to be this one, whole pixels; null: it shows nothing of it. */
  #movedTo(view: FixedView, of: readonly unknown[]): Move | null {
    const held = this.#held;
    if (held === null || !of.every((each, at) => each === held.of[at])) return null;
    const { width, height, step, bits, x, y } = held.view;
    const isSame = width === view.width && height === view.height && step === view.step && bits === view.bits;
    if (!isSame) return null;
    const right = (view.x - x) / step;
    const down = (view.y - y) / step;
    return Math.abs(right) < width && Math.abs(down) < height ? { right, down } : null;
  }
}

/** Pixels that the view goes to the right and down. */
interface Move {
  readonly right: number;
  readonly down: number;
}

/** What comes into sight: rows at the top or bottom, and of the others the columns at a side. */
function uncovered({ width, height }: FixedView, { right, down }: Move): Part[] {
  const rows = Math.abs(down);
  const columns = Math.abs(right);
  const parts: Part[] = [
    { left: 0, top: down > 0 ? height - rows : 0, width, height: rows },
    {
      left: right > 0 ? width - columns : 0,
      top: down > 0 ? 0 : rows,
      width: columns,
      height: height - rows,
    },
  ];
  return parts.filter((part) => part.width > 0 && part.height > 0);
}

/** Rows run on into each other: what comes from a neighbour's end is coloured afterwards. */
function move(pixels: Uint32Array, width: number, { right, down }: Move): void {
  const by = down * width + right;
  if (by > 0) pixels.copyWithin(0, by);
  else pixels.copyWithin(-by, 0, pixels.length + by);
}

function place(pixels: Uint32Array, width: number, parts: readonly Part[], coloured: Uint32Array): void {
  let from = 0;
  for (const part of parts) {
    if (part.width === width) {
      pixels.set(coloured.subarray(from, from + width * part.height), part.top * width);
      from += width * part.height;
      continue;
    }
    for (let y = 0; y < part.height; y++, from += part.width) {
      pixels.set(coloured.subarray(from, from + part.width), (part.top + y) * width + part.left);
    }
  }
}
