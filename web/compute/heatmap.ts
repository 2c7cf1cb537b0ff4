import type { CorrelationEngine } from '../../shaders/engine/engine.ts';
import { fitScale, panBy, zoomAt, type HeatmapView } from '../../shaders/heatmap/view.ts';
import type { Horizon, ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { Refusal, Result } from '../../protocol/result.ts';
import { leafOrder } from '../../shaders/structure/leaf-order.ts';
import { fileName, matrixFiles } from './heatmap-files.ts';
import { PairTests, type Tested } from './pair-tests.ts';
import {
  isSameReturns,
  type Before,
  type BootstrapAnswer,
  type CellReading,
  type FileKind,
  type FromCompute,
  type HeatmapOptions,
  type PanelQuery,
  type Provenance,
} from './port.ts';
import { correlateShown, readCell, type Shown } from './shown.ts';
import { windowsOf } from './windows.ts';

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
  readonly #returns: (query: PanelQuery) => Result<ReturnsPanel>;
  readonly #post: (message: FromCompute) => void;
  /** Goes on when what is shown is of something else. */
  #subject = 0;
  #canvas: OffscreenCanvas | null = null;
  #options: HeatmapOptions = {
    of: { horizon: '1s' },
    window: 512,
    weighting: 'pearson',
    clustered: true,
    threshold: 0,
    test: 'size',
    compared: false,
    against: null,
    theme: 'dark',
  };
  #fitted = true;
  #place: Pick<HeatmapView, 'x' | 'y' | 'scale'> = { x: 0, y: 0, scale: 1 };
  #shown: Shown | null = null;
  readonly #tests = new PairTests();
  #order: { readonly rows: Uint32Array; readonly madeAt: number } | null = null;
  #cursor: Place | null = null;
  #drawing = false;
  #again = false;
  #computing = false;
  #computeAgain = false;

  constructor(
    engine: CorrelationEngine,
    returns: (query: PanelQuery) => Result<ReturnsPanel>,
    post: (message: FromCompute) => void,
  ) {
    this.#engine = engine;
    this.#returns = returns;
    this.#post = post;
  }

  useEngine(engine: CorrelationEngine): void {
    this.#engine = engine;
    this.#recompute();
  }

  /** Another market is live. */
  instruments(): void {
    if (this.#options.of.imported === undefined) this.#reset();
  }

  /** There are newer bars of these horizons. What was imported has none. */
  bars(horizons: readonly Horizon[]): void {
    const { of, compared, against } = this.#options;
    const asked = compared && against ? [of, against] : [of];
    if (asked.some((one) => one.imported === undefined && horizons.includes(one.horizon))) this.compute();
  }

  /** A panel was imported: it may be the one that is waited for. */
  imported(): void {
    const { of, against } = this.#options;
    if ((of.imported ?? against?.imported) !== undefined && !this.#shown) this.#recompute();
  }

  canvas(canvas: OffscreenCanvas | null): void {
    this.#canvas = canvas;
    this.#recompute();
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
    const isOther = !isSameReturns(options.of, before.of);
    if (isOther) this.#reset();
    const isSame =
      options.window === before.window &&
      options.weighting === before.weighting &&
      options.compared === before.compared &&
      isSameReturns(options.against, before.against);
    if (isOther || !isSame) this.#recompute();
    else {
      this.#tell();
      this.draw();
    }
  }

  /** The analysis worker's answer, or null when there is none to the present question. */
  bootstrapped(answer: BootstrapAnswer | null): void {
    this.#tests.bootstrapped(answer);
    if (this.#options.test !== 'bootstrap') return;
    this.#tell();
    this.#read();
    this.draw();
  }

  /** What is shown, as files; nothing is shown, nothing comes. */
  export(as: FileKind): void {
    const provenance = this.#provenance();
    const canvas = this.#canvas;
    if (!this.#shown || !provenance || !canvas) return;
    if (as !== 'png') {
      const files = matrixFiles({ shown: this.#shown, provenance, order: this.#rows() }, as);
      this.#post({ kind: 'files', files });
      return;
    }
    void canvas
      .convertToBlob()
      .then((file) => this.#post({ kind: 'files', files: [{ name: `${fileName(provenance)}.png`, file }] }))
      .catch((error: unknown) => this.#fault(error));
  }

  fit(): void {
    this.#fitted = true;
    this.draw();
  }

  zoom(x: number, y: number, factor: number): void {
    const view = this.#view();
    if (!view || !this.#shown) return;
    this.#moved(zoomAt(view, this.#shown.result.n, x, y, factor));
  }

  pan(dx: number, dy: number): void {
    const view = this.#view();
    if (!view || !this.#shown) return;
    this.#moved(panBy(view, this.#shown.result.n, dx, dy));
  }

  point(at: { readonly x: number; readonly y: number } | null): void {
    const view = this.#view();
    const n = this.#shown?.result.n ?? 0;
    if (!at || !view) this.#setCursor(null);
    else {
      const column = Math.floor(view.x + at.x * view.scale);
      const row = Math.floor(view.y + at.y * view.scale);
      const inside = column >= 0 && row >= 0 && column < n && row < n;
      this.#setCursor(inside ? { row, column } : null);
    }
  }

  step(rows: number, columns: number): void {
    const n = this.#shown?.result.n ?? 0;
    if (n === 0) return;
    const from = this.#cursor ?? { row: 0, column: 0 };
    const within = (place: number): number => Math.min(n - 1, Math.max(0, place));
    this.#setCursor({ row: within(from.row + rows), column: within(from.column + columns) });
  }

  /** One correlation of the last window; a second call while one runs waits for the next bar. */
  compute(): void {
    if (this.#computing || !this.#canvas) return;
    const windows = windowsOf(this.#options, this.#returns);
    if (!windows.ok) {
      if (this.#options.compared) this.#refused(windows.error);
      return;
    }
    const { panel, before } = windows.value;
    if (panel.n === 0 || panel.t === 0 || before?.panel.t === 0) return;
    const engine = this.#engine;
    const subject = this.#subject;
    this.#computing = true;
    void correlateShown(engine, windows.value, this.#options)
      .then((shown) => {
        if (engine !== this.#engine || subject !== this.#subject) return;
        this.#shown = shown;
        this.#tell();
        this.#post({ kind: 'breaks', breaks: shown.compared?.breaks ?? null, refusal: null });
        this.#read();
        this.draw();
      })
      .catch((error: unknown) => this.#fault(error))
      .finally(() => {
        this.#computing = false;
        if (!this.#computeAgain) return;
        this.#computeAgain = false;
        this.compute();
      });
  }

  /** What was asked for has changed: no bar may come that would bring it. */
  #recompute(): void {
    this.#computeAgain = this.#computing;
    this.compute();
  }

  #reset(): void {
    this.#subject++;
    this.#shown = null;
    this.#order = null;
    this.#cursor = null;
    this.#fitted = true;
    this.#post({ kind: 'provenance', provenance: null });
    this.#post({ kind: 'breaks', breaks: null, refusal: null });
    this.#read();
    this.#canvas?.getContext('2d')?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** What was shown before is no answer to what is asked. */
  #refused(refusal: Refusal): void {
    if (this.#shown) this.#reset();
    this.#post({ kind: 'breaks', breaks: null, refusal });
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
      .paint(view, this.#shown?.matrix ?? null)
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
    if (!this.#shown || !this.#cursor) return null;
    const { row, column } = this.#cursor;
    const order = this.#rows();
    const cell = [order?.[row] ?? row, order?.[column] ?? column] as const;
    return readCell(this.#shown, this.#tested(), this.#options.threshold, cell);
  }

  /** Differences are tested by Fisher's z or not at all; their threshold is one of size. */
  #tested(): Tested | null {
    const { test, threshold } = this.#options;
    if (!this.#shown) return null;
    const { result, panel, compared } = this.#shown;
    const shown = { result, input: { ...panel, lambda: result.lambda }, names: panel.names };
    if (!compared) return this.#tests.of(shown, test, threshold);
    if (test !== 'fisher') return null;
    const before = { result: compared.result, input: { ...compared.panel, lambda: result.lambda } };
    return this.#tests.ofChange(shown, before);
  }

  #tell(): void {
    this.#post({ kind: 'provenance', provenance: this.#provenance() });
  }

  #provenance(): Provenance | null {
    if (!this.#shown) return null;
    const { window, panel, result, compared } = this.#shown;
    const { n, samples, effectiveSamples, millis, backend, pairwise, lambda } = result;
    const { times, horizon, source } = panel;
    const tested = this.#tested();
    return {
      ...{ instruments: n, samples, effectiveSamples, backend, pairwise, horizon, source, ms: millis },
      window,
      weighting: lambda === null ? 'pearson' : 'ewma',
      from: times[0] ?? 0,
      asOf: times.at(-1) ?? 0,
      tested: tested && { by: tested.by, count: tested.found.count, of: tested.found.tests },
      before: compared && beforeOf(compared),
    };
  }

  #moved(view: HeatmapView): void {
    this.#fitted = false;
    this.#place = { x: view.x, y: view.y, scale: view.scale };
    this.draw();
  }

  #view(): HeatmapView | null {
    const n = this.#shown?.result.n ?? 0;
    if (n === 0 || !this.#canvas) return null;
    const { width, height } = this.#canvas;
    // A panel squeezed to nothing has no picture.
    if (width < LEAST_PX || height < LEAST_PX) return null;
    const place = this.#fitted ? fitScale(n, width, height) : this.#place;
    const { theme, test } = this.#options;
    const isChange = (this.#shown?.compared ?? null) !== null;
    return {
      ...{ width, height, ...place, order: this.#rows(), theme },
      threshold: test === 'size' || isChange ? this.#options.threshold : 0,
      faint: this.#tested()?.found.faint ?? null,
      kind: isChange ? 'difference' : 'correlation',
    };
  }

  #rows(): Uint32Array | null {
    if (!this.#options.clustered || !this.#shown) return null;
    const { result, panel } = this.#shown;
    const asOf = panel.times.at(-1) ?? 0;
    if (this.#order?.rows.length !== result.n || asOf - this.#order.madeAt > ORDER_FOR_US) {
      this.#order = { rows: leafOrder(result, result.n), madeAt: asOf };
    }
    return this.#order.rows;
  }
}

const beforeOf = ({ from, to, horizon, source, isJustBefore }: Before): Before => ({
  ...{ from, to, horizon, source, isJustBefore },
});
