/** The analysis worker: answers panels' questions, apart from the compute worker, whose heatmap never waits for it. */
import '../ui/no-eval.ts';
import { ensureNever } from '../../protocol/assert.ts';
import type { Result } from '../../protocol/result.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { ChosenKernels } from '../../shaders/analyses/chosen-kernels.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import { AnalysisDesk } from './analysis-desk.ts';
import type { FromAnalysis, ToAnalysis } from './analysis-port.ts';
import type { FromAnalyses, ToAnalyses } from './port.ts';
import { tickMarketOf } from './tick-streams.ts';

const scope = self as unknown as {
  postMessage: (message: FromAnalysis) => void;
  onmessage: ((event: MessageEvent<ToAnalysis>) => void) | null;
};

let desk: AnalysisDesk | null = null;

let kernels: ChosenKernels | null = null;

function kernelsFor(pinned: Backend | null): ChosenKernels {
  kernels?.close();
  kernels = new ChosenKernels({
    // Absent outside secure contexts and in browsers without it, whatever the types say.
    gpu: (navigator as { gpu?: GPU }).gpu ?? null,
    pinned,
    now: () => performance.now(),
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
  return kernels;
}

function start(panels: MessagePort, pinned: Backend | null): void {
  const waiting: ((panel: Result<ReturnsPanel>) => void)[] = [];
  const waitingForTicks: ((ticks: Result<Uint8Array>) => void)[] = [];
  const ask = (message: FromAnalyses): void => panels.postMessage(message);
  const started = new AnalysisDesk({
    kernels: kernelsFor(pinned),
    panel: (query) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        ask({ kind: 'panel', query });
      }),
    ticks: async (of) => {
      const ticks = await new Promise<Result<Uint8Array>>((resolve) => {
        waitingForTicks.push(resolve);
        const instruments = of.instruments.map(({ index }) => index as InstrumentIndex);
        ask({ kind: 'ticks', query: { instruments, seconds: of.seconds } });
      });
      return ticks.ok ? tickMarketOf(ticks.value, of) : ticks;
    },
    post: (message) => scope.postMessage(message),
    now: () => performance.now(),
    others: afterMessages(),
  });
  panels.onmessage = ({ data }: MessageEvent<ToAnalyses>) => {
    if (data.kind === 'bar') started.bar();
    else if (data.kind === 'ticks') waitingForTicks.shift()?.(data.ticks);
    else waiting.shift()?.(data.panel);
  };
  desk = started;
}

/** A turn of the event loop; a timer would make it one of four milliseconds. */
function afterMessages(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start':
      start(data.panels, data.pinned);
      return;
    case 'pin':
      desk?.useKernels(kernelsFor(data.backend));
      return;
    case 'ask':
      desk?.ask(data.slot, data.id, data.question);
      return;
    case 'drop':
      desk?.drop(data.slot);
      return;
    case 'visible':
      desk?.visible(data.visible);
      return;
    default:
      ensureNever(data);
  }
};
