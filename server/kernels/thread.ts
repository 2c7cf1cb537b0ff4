/** Entry of the thread of the server's own kernels (built to kernels-thread.js): behind everything else that wants the processor. */
import { setPriority } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { cpuAnalysisKernels } from '../../shaders/analyses/kernels.ts';
import { SystemClock } from '../clock.ts';
import type { FeedsToRelay } from '../feeds/port.ts';
import { LiveMarket } from './live-market.ts';
import type { ControlToKernels, KernelThreadData } from './port.ts';
import { Runner } from './runner.ts';

/** On Linux a priority is a thread's. */
const LOW = 15;

try {
  if (process.platform === 'linux') setPriority(0, LOW);
} catch {
  // Where it is not allowed, it competes with the rest as an equal.
}

if (parentPort) {
  const control = parentPort;
  const { settings, feeds } = workerData as KernelThreadData;
  const clock = new SystemClock(settings.clockShiftMicros);
  clock.keepAnchored();
  const { origin, tables } = settings;
  const market = new LiveMarket({ clock, origin, tables, feeds });
  feeds.on('message', (message: FeedsToRelay) => market.hear(message));
  const runner = new Runner({
    ...{ settings, clock, market },
    kernels: cpuAnalysisKernels(true),
    say: (message) => control.postMessage(message),
    others: () => turn(),
  });
  control.on('message', (message: ControlToKernels) => {
    if (message.kind !== 'stop') {
      runner.hear(message);
      return;
    }
    runner.stop();
    market.stop();
    feeds.close();
    control.close();
    process.exit(0);
  });
  runner.start();
}
