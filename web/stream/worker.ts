/** The stream worker: owns the socket, decodes, and tells the main thread only what to draw. */
import '../ui/no-eval.ts';
import { StreamClient } from './client.ts';
import type { FromComputeData, FromStream, ToComputeData, ToStream } from './port.ts';
import { socketWire } from './wire.ts';

const scope = self as unknown as {
  postMessage: (message: FromStream) => void;
  onmessage: ((event: MessageEvent<ToStream>) => void) | null;
};

let client: StreamClient | null = null;

scope.onmessage = ({ data }) => {
  if (data.kind !== 'start') {
    client?.receive(data);
    return;
  }
  const { compute } = data;
  const started = new StreamClient({
    wire: socketWire(data.url, data.client),
    now: () => performance.timeOrigin + performance.now(),
    wall: () => Date.now(),
    later: (ms, run) => void setTimeout(run, ms),
    every: (ms, run) => {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
    post: (message) => scope.postMessage(message),
    compute: (message: ToComputeData) => compute.postMessage(message),
  });
  client = started;
  compute.onmessage = ({ data }: MessageEvent<FromComputeData>) =>
    void (data.kind === 'ticks' ? started.ticks(data.query) : started.history(data.query));
  setInterval(() => started.second(), 1000);
};
