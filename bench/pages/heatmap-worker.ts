/** The console's way from a bar to a picture, in a worker: ring, engine, colouring, canvas. */
import { BAR_STATES, type Bars } from '../../protocol/bars.ts';
import { CorrelationEngine } from '../../shaders/engine/engine.ts';
import type { ComputeStatus } from '../../shaders/engine/status.ts';
import { fitScale, panBy, zoomAt, type HeatmapView } from '../../shaders/heatmap/view.ts';
import { ReturnsRing } from '../../shaders/returns/returns-ring.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import { factorReturns } from '../lib/returns.ts';
import { spawnHelper } from './crew.ts';
import type { HeatmapAnswer, HeatmapTask, HeatmapTimes } from './heatmap-port.ts';

const [WIDTH, HEIGHT] = [1200, 800];
/** The first of each kind make pipelines, start helpers and grow memories. */
const WARM_UP = 5;
const MICROS = 1_000_000;

const scope = self as unknown as {
  postMessage: (message: HeatmapAnswer) => void;
  onmessage: ((event: MessageEvent<HeatmapTask>) => void) | null;
};

scope.onmessage = ({ data }) => {
  const work = data.kind === 'bars' ? bars(data) : frames(data);
  work.then(
    (times) => scope.postMessage({ kind: 'times', times }),
    (error: unknown) =>
      scope.postMessage({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  );
};

/** An engine that is on the backend it was pinned to. */
async function engineOn(pinned: Backend): Promise<CorrelationEngine> {
  let look: (status: ComputeStatus) => void = () => undefined;
  const engine = new CorrelationEngine({
    gpu: pinned === 'webgpu' ? navigator.gpu : null,
    now: () => performance.now(),
    pinned,
    helpers: { helpers: Math.max(0, navigator.hardwareConcurrency - 1), spawn: spawnHelper },
    onStatus: (status) => look(status),
  });
  await new Promise<void>((resolve) => {
    look = ({ backend }) => {
      if (backend === pinned) resolve();
    };
    look(engine.status());
  });
  return engine;
}

/** As between two messages: what others posted is heard. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function canvas(): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d');
  if (context === null) throw new Error('This browser draws nothing in a worker.');
  return context;
}

function viewOf(n: number): HeatmapView {
  const place = fitScale(n, WIDTH, HEIGHT);
  return { width: WIDTH, height: HEIGHT, ...place, order: null, threshold: 0, theme: 'dark' };
}

async function draw(
  engine: CorrelationEngine,
  context: OffscreenCanvasRenderingContext2D,
  view: HeatmapView,
): Promise<string> {
  const image = await engine.paint(view);
  if (image === null) throw new Error('There is no picture.');
  context.putImageData(new ImageData(image.rgba, image.width, image.height), 0, 0);
  return image.backend;
}

async function bars(task: Extract<HeatmapTask, { kind: 'bars' }>): Promise<HeatmapTimes> {
  const { instruments: n, window, bars: counted } = task;
  const all = window + WARM_UP + counted + 1;
  const { returns } = factorReturns(n, all, 2026);
  const prices = new Float64Array(n).fill(1e6);
  const ring = new ReturnsRing(
    Array.from({ length: n }, (_, i) => i),
    window,
  );
  const bar = (number: number): Bars => {
    for (let i = 0; i < n; i++) {
      prices[i] = Math.round((prices[i] ?? 0) * Math.exp(returns[i * all + number] ?? 0));
    }
    const rows = {
      instrument: Uint16Array.from({ length: n }, (_, i) => i),
      close: prices.slice(),
      state: new Uint8Array(n).fill(BAR_STATES.indexOf('updated')),
    };
    return { number, openAt: number * MICROS, rows };
  };
  for (let k = 0; k <= window; k++) ring.push(bar(k));
  const engine = await engineOn('wasm');
  const context = canvas();
  const view = viewOf(n);
  const millis: number[] = [];
  let [computedBy, paintedBy] = ['', ''];
  for (let k = 0; k < WARM_UP + counted; k++) {
    const next = bar(window + 1 + k);
    await breath();
    const started = performance.now();
    ring.push(next);
    const { backend, samples } = await engine.compute(ring.window(window));
    if (samples !== window) throw new Error(`${samples} of ${window} bars were used.`);
    computedBy = backend;
    paintedBy = await draw(engine, context, view);
    if (k >= WARM_UP) millis.push(performance.now() - started);
  }
  const { crew, longestDispatchMs } = engine.status();
  engine.close();
  return { millis, computedBy, paintedBy, workers: crew?.workers ?? 1, matrixMs: null, longestDispatchMs };
}

async function frames(task: Extract<HeatmapTask, { kind: 'frames' }>): Promise<HeatmapTimes> {
  const { instruments: n, window: t, pinned } = task;
  const engine = await engineOn(pinned);
  const context = canvas();
  const { backend, millis: matrixMs } = await engine.compute({ ...factorReturns(n, t, 2026), n, t });
  const millis: number[] = [];
  let paintedBy = '';
  let [k, view] = [0, viewOf(n)];
  for (const [count, next] of journey(n)) {
    for (let frame = 0; frame < count; frame++) {
      view = next(view, frame);
      const started = performance.now();
      paintedBy = await draw(engine, context, view);
      if (k++ >= WARM_UP) millis.push(performance.now() - started);
    }
  }
  const { crew, longestDispatchMs } = engine.status();
  engine.close();
  return { millis, computedBy: backend, paintedBy, workers: crew?.workers ?? 1, matrixMs, longestDispatchMs };
}

type Move = (view: HeatmapView, frame: number) => HeatmapView;

/** As a person looks around: over the whole, into a corner of it, along there at a cell a pixel, and out again. */
function journey(n: number): readonly (readonly [number, Move])[] {
  const wander: Move = (view, frame) => panBy(view, n, frame % 20 < 10 ? 13 : -13, frame % 14 < 7 ? 9 : -9);
  return [
    [40, wander],
    [60, (view) => zoomAt(view, n, 300, 200, 1.08)],
    [40, wander],
    [60, (view) => zoomAt(view, n, 900, 600, 1 / 1.08)],
  ];
}
