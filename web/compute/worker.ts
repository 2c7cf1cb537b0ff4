/** The compute worker: bars in, correlations and pixels out. It owns the GPU and the heatmap's canvas. */
import '../ui/no-eval.ts';
import { ensureNever } from '../../protocol/assert.ts';
import { readBars, readHistory, type BarHorizon } from '../../protocol/bars.ts';
import type { CrossCheck } from '../../protocol/cross-check.ts';
import { decodeFrame } from '../../protocol/frame.ts';
import { CorrelationEngine } from '../../shaders/engine/engine.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { FromComputeData, ToComputeData } from '../stream/port.ts';
import { answerCheck } from './cross-check.ts';
import { Heatmap } from './heatmap.ts';
import { helperCount, spawnHelper } from './helpers.ts';
import { LiveReturns } from './live-returns.ts';
import { Returns } from './returns.ts';
import {
  WINDOWS,
  type CheckAnswer,
  type FromAnalyses,
  type FromCompute,
  type ToAnalyses,
  type ToCompute,
} from './port.ts';

const scope = self as unknown as {
  postMessage: (message: FromCompute) => void;
  onmessage: ((event: MessageEvent<ToCompute>) => void) | null;
};

const LONGEST = Math.max(...WINDOWS);
/** Room for the window before too; its bars are asked for when somebody compares. */
const KEPT = 2 * LONGEST;
let askStream: (message: FromComputeData) => void = () => undefined;
const live = new LiveReturns(LONGEST, KEPT, (query) => askStream({ kind: 'history', query }));
const returns = new Returns(live);
let tellAnalyses: ((message: ToAnalyses) => void) | null = null;
let engine: CorrelationEngine | null = null;
let generation = 0;
let heatmap: Heatmap | null = null;
let visible = true;

function makeEngine(pinned: Backend | null): CorrelationEngine {
  engine?.close();
  generation += 1;
  const own = generation;
  engine = new CorrelationEngine({
    // Absent outside secure contexts and in browsers without it, whatever the types say.
    gpu: (navigator as { gpu?: GPU }).gpu ?? null,
    now: () => performance.now(),
    pinned,
    helpers: { helpers: helperCount(navigator.hardwareConcurrency), spawn: spawnHelper },
    onStatus: (status) => {
      // A replaced engine may still have something to say.
      if (own === generation) scope.postMessage({ kind: 'status', status });
    },
  });
  scope.postMessage({ kind: 'status', status: engine.status() });
  return engine;
}

function fromStream(message: ToComputeData): void {
  if (message.kind === 'ticks') {
    tellAnalyses?.({ kind: 'ticks', ticks: message.ticks });
    return;
  }
  if (message.kind === 'instruments') {
    returns.market(message.names);
    heatmap?.instruments();
    return;
  }
  const frame = decodeFrame(message.bytes);
  if (!frame.ok) return;
  const newer = new Set<BarHorizon>();
  for (const section of frame.value.sections) {
    if (section.kind === 'history') {
      const history = readHistory(section);
      const horizon = history.ok ? live.history(history.value) : null;
      if (horizon !== null) newer.add(horizon);
    } else if (section.kind === 'bars') {
      const bars = readBars(section);
      if (bars.ok) for (const horizon of live.second(bars.value)) newer.add(horizon);
    }
  }
  tellAnalyses?.({ kind: 'bar' });
  if (visible) heatmap?.bars([...newer]);
}

function takePrices(port: MessagePort): void {
  port.onmessage = ({ data }: MessageEvent<ReturnsPanel>) => {
    returns.take(data);
    heatmap?.imported();
  };
}

/** Whatever it throws is no agreement. */
async function check(of: CrossCheck): Promise<CheckAnswer> {
  try {
    if (!engine) return { kind: 'unchecked', sentence: 'Nothing computes here yet.' };
    return await answerCheck(of, (query) => returns.panel(query), engine);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unchecked', sentence: `The computation failed: ${why}` };
  }
}

function serveAnalyses(port: MessagePort): void {
  tellAnalyses = (message) => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<FromAnalyses>) => {
    if (data.kind === 'ticks') {
      askStream({ kind: 'ticks', query: data.query });
      return;
    }
    const panel = returns.panel(data.query);
    const transfer = panel.ok ? [panel.value.returns.buffer, panel.value.valid.buffer] : [];
    port.postMessage({ kind: 'panel', panel } satisfies ToAnalyses, transfer);
  };
}

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start': {
      heatmap = new Heatmap(
        makeEngine(data.pinned),
        (query) => returns.panel(query),
        (message) => scope.postMessage(message),
      );
      const { stream } = data;
      askStream = (message) => stream.postMessage(message);
      stream.onmessage = (event: MessageEvent<ToComputeData>) => fromStream(event.data);
      return;
    }
    case 'pin':
      heatmap?.useEngine(makeEngine(data.backend));
      return;
    case 'canvas':
      heatmap?.canvas(data.canvas);
      return;
    case 'no-canvas':
      heatmap?.canvas(null);
      return;
    case 'size':
      heatmap?.size(data.width, data.height);
      return;
    case 'options':
      if (data.options.compared && data.options.against === null) live.deepen();
      heatmap?.options(data.options);
      return;
    case 'bootstrapped':
      heatmap?.bootstrapped(data.answer);
      return;
    case 'export':
      heatmap?.export(data.as);
      return;
    case 'zoom':
      heatmap?.zoom(data.x, data.y, data.factor);
      return;
    case 'pan':
      heatmap?.pan(data.dx, data.dy);
      return;
    case 'fit':
      heatmap?.fit();
      return;
    case 'point':
      heatmap?.point(data.at);
      return;
    case 'step':
      heatmap?.step(data.rows, data.columns);
      return;
    case 'visible':
      visible = data.visible;
      if (visible) heatmap?.compute();
      return;
    case 'analyses':
      serveAnalyses(data.port);
      return;
    case 'check':
      void check(data.check).then((answer) =>
        scope.postMessage({ kind: 'checked', asOf: data.check.asOf, answer }),
      );
      return;
    case 'prices':
      takePrices(data.port);
      return;
    case 'forget':
      returns.forget(data.sha256);
      return;
    default:
      ensureNever(data);
  }
};
