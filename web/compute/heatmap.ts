import { commonSamples, isInvalid } from '../../shaders/correlation/correlated.ts';
import { fisherInterval } from '../../shaders/correlation/interval.ts';
import type { CorrelationEngine, CorrelationResult } from '../../shaders/engine/engine.ts';
import { fitScale, panBy, zoomAt, type HeatmapView } from '../../shaders/heatmap/view.ts';
import type { ReturnsRing } from '../../shaders/returns/returns-ring.ts';
import { leafOrder } from '../../shaders/structure/leaf-order.ts';
import type { CellReading, FromCompute, HeatmapOptions, Provenance } from './port.ts';
import { DECAY } from './port.ts';

/** The order of the leaves is kept this long, so that rows do not jump each second. */
const ORDER_FOR_US = 60_000_000;

const LEAST_PX = 16;

interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * Computes once a second and draws on its canvas; all of it away from the main thread. Without a canvas
 * nobody looks, and nothing is computed.
 */
export class Heatmap {
  #engine: CorrelationEngine;
  #ring: ReturnsRing;
  readonly #post: (message: FromCompute) => void;
  #names: readonly string[] = [];
  #canvas: OffscreenCanvas | null = null;
  #options: HeatmapOptions = {
    window: 512,
    weighting: 'pearson',
    clustered: true,
    threshold: 0,
    theme: 'dark',
  };
  #fitted = true;
  #place: Pick<HeatmapView, 'x' | 'y' | 'scale'> = { x: 0, y: 0, scale: 1 };
  #result: CorrelationResult | null = null;
  #order: { readonly rows: Uint32Array; readonly madeAt: number } | null = null;
  #cursor: Place | null = null;
  #drawing = false;
  #again = false;
  #computing = false;

  constructor(engine: CorrelationEngine, ring: ReturnsRing, post: (message: FromCompute) => void) {
    this.#engine = engine;
    this.#ring = ring;
    this.#post = post;
  }

  useEngine(engine: CorrelationEngine): void {
    this.#engine = engine;
    this.compute();
  }

  /** Another list of instruments, and the ring of their returns. */
  instruments(names: readonly string[], ring: ReturnsRing): void {
    this.#names = names;
    this.#ring = ring;
    this.#result = null;
    this.#order = null;
    this.#cursor = null;
    this.#post({ kind: 'provenance', provenance: null });
  }

  canvas(canvas: OffscreenCanvas | null): void {
    this.#canvas = canvas;
    this.compute();
    this.draw();
  }

  size(width: number, height: number): void {
    if (!this.#canvas) return;
    this.#canvas.width = Math.max(1, Math.round(width));
    this.#canvas.height = Math.max(1, Math.round(height));
    this.draw();
  }

  options(options: HeatmapOptions): void {
    const before = this.#options;
    this.#options = options;
    if (options.window !== before.window || options.weighting !== before.weighting) this.compute();
    else this.draw();
  }

  fit(): void {
    this.#fitted = true;
    this.draw();
  }

  zoom(x: number, y: number, factor: number): void {
    const view = this.#view();
    if (!view || !this.#result) return;
    this.#moved(zoomAt(view, this.#result.n, x, y, factor));
  }

  pan(dx: number, dy: number): void {
    const view = this.#view();
    if (!view || !this.#result) return;
    this.#moved(panBy(view, this.#result.n, dx, dy));
  }

  point(at: { readonly x: number; readonly y: number } | null): void {
    const view = this.#view();
    if (!at || !view || !this.#result) this.#setCursor(null);
    else {
      const column = Math.floor(view.x + at.x * view.scale);
      const row = Math.floor(view.y + at.y * view.scale);
      const inside = column >= 0 && row >= 0 && column < this.#result.n && row < this.#result.n;
      this.#setCursor(inside ? { row, column } : null);
    }
  }

  step(rows: number, columns: number): void {
    const n = this.#result?.n ?? 0;
    if (n === 0) return;
    const from = this.#cursor ?? { row: 0, column: 0 };
    const within = (place: number): number => Math.min(n - 1, Math.max(0, place));
    this.#setCursor({ row: within(from.row + rows), column: within(from.column + columns) });
  }

  /** One correlation of the last window; a second call while one runs waits for the next bar. */
  compute(): void {
    if (this.#computing || !this.#canvas) return;
    const { weighting, window } = this.#options;
    const lambda = weighting === 'ewma' ? DECAY : null;
    const input = this.#ring.window(window, lambda);
    if (input.t === 0 || input.n === 0) return;
    const asOf = this.#asOf();
    const engine = this.#engine;
    this.#computing = true;
    void engine
      .compute(input)
      .then((result) => {
        if (engine !== this.#engine || result.n !== this.#names.length) return;
        this.#result = result;
        const { n, samples, effectiveSamples, millis, backend, pairwise } = result;
        const provenance: Provenance = {
          instruments: n,
          samples,
          effectiveSamples,
          window,
          weighting,
          asOf,
          ms: millis,
          backend,
          pairwise,
        };
        this.#post({ kind: 'provenance', provenance });
        this.#read();
        this.draw();
      })
      .catch((error: unknown) => this.#fault(error))
      .finally(() => {
        this.#computing = false;
      });
  }

  /** One picture at a time; what is asked for meanwhile is drawn once, after it. */
  draw(): void {
    if (this.#drawing) {
      this.#again = true;
      return;
    }
    const view = this.#view();
    const canvas = this.#canvas;
    const context = canvas?.getContext('2d');
    if (!view || !canvas || !context) return;
    this.#drawing = true;
    void this.#engine
      .paint(view)
      .then((image) => {
        if (!image || canvas !== this.#canvas) return;
        if (image.width !== canvas.width || image.height !== canvas.height) return;
        context.putImageData(new ImageData(image.rgba, image.width, image.height), 0, 0);
        this.#drawCursor(context, view);
      })
      .catch((error: unknown) => this.#fault(error))
      .finally(() => {
        this.#drawing = false;
        if (!this.#again) return;
        this.#again = false;
        this.draw();
      });
  }

  #fault(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#post({ kind: 'fault', sentence: `The correlation failed: ${why}` });
  }

  #drawCursor(context: OffscreenCanvasRenderingContext2D, view: HeatmapView): void {
    if (!this.#cursor) return;
    const size = Math.max(3, 1 / view.scale);
    const x = (this.#cursor.column - view.x) / view.scale;
    const y = (this.#cursor.row - view.y) / view.scale;
    context.lineWidth = 2;
    context.strokeStyle = view.theme === 'dark' ? '#e8edf2' : '#12181e';
    context.strokeRect(x, y, size, size);
  }

  #setCursor(cursor: Place | null): void {
    if (cursor?.row === this.#cursor?.row && cursor?.column === this.#cursor?.column) return;
    this.#cursor = cursor;
    this.#read();
    this.draw();
  }

  #read(): void {
    this.#post({ kind: 'reading', reading: this.#reading() });
  }

  #reading(): CellReading | null {
    const result = this.#result;
    if (!result || !this.#cursor) return null;
    const order = this.#rows();
    const i = order?.[this.#cursor.row] ?? this.#cursor.row;
    const j = order?.[this.#cursor.column] ?? this.#cursor.column;
    const samples = commonSamples(result, i, j);
    const names = { row: this.#names[i] ?? '', column: this.#names[j] ?? '' };
    if (isInvalid(result.invalid, result.n, i, j)) return { ...names, rho: null, interval: null, samples };
    const rho = result.matrix[i * result.n + j] ?? 0;
    const effective = result.lambda === null ? samples : Math.min(samples, result.effectiveSamples);
    return { ...names, rho, interval: fisherInterval(rho, effective), samples };
  }

  #moved(view: HeatmapView): void {
    this.#fitted = false;
    this.#place = { x: view.x, y: view.y, scale: view.scale };
    this.draw();
  }

  #view(): HeatmapView | null {
    const result = this.#result;
    if (!result || result.n === 0 || !this.#canvas) return null;
    const { width, height } = this.#canvas;
    // A panel squeezed to nothing has no picture.
    if (width < LEAST_PX || height < LEAST_PX) return null;
    const place = this.#fitted ? fitScale(result.n, width, height) : this.#place;
    const { threshold, theme } = this.#options;
    return { width, height, ...place, order: this.#rows(), threshold, theme };
  }

  #rows(): Uint32Array | null {
    const result = this.#result;
    if (!this.#options.clustered || !result) return null;
    const asOf = this.#asOf();
    if (this.#order?.rows.length !== result.n || asOf - this.#order.madeAt > ORDER_FOR_US) {
      this.#order = { rows: leafOrder(result, result.n), madeAt: asOf };
    }
    return this.#order.rows;
  }

  /** Close of the newest bar, µs. */
  #asOf(): number {
    return (this.#ring.newest?.openAt ?? 0) + 1_000_000;
  }
}
