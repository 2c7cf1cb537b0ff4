import type { BrowserContext, Page } from 'playwright/test';

const CHANNEL = 'cwts-e2e-gpu';

/**
 * Runs first in the compute worker: remembers every device that is handed out and, told so on a
 * channel, destroys it right after its next submit, with the kernel still running. `always`: the
 * same to each device that follows, like a driver that is gone. It notes, by the worker's own
 * monotonic clock, when it destroyed one and when each result left the worker, and tells when asked.
 */
const REMEMBER = `
{
  let doomed = 'never';
  const diary = [];
  const channel = new BroadcastChannel('${CHANNEL}');
  channel.onmessage = ({ data }) => {
    if (data === 'diary') channel.postMessage({ diary });
    else if (typeof data === 'string') doomed = data;
  };
  const post = self.postMessage.bind(self);
  self.postMessage = (message, ...rest) => {
    post(message, ...rest);
    if (message?.kind !== 'provenance' || !message.provenance) return;
    const { backend, asOf } = message.provenance;
    diary.push({ what: 'result', at: performance.now(), backend, asOf });
  };
  if (globalThis.GPUAdapter) {
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...given) {
      const device = await request.apply(this, given);
      const submit = device.queue.submit.bind(device.queue);
      device.queue.submit = (buffers) => {
        submit(buffers);
        if (doomed === 'never') return;
        if (doomed === 'once') doomed = 'never';
        device.destroy();
        diary.push({ what: 'destroyed', at: performance.now() });
      };
      return device;
    };
  }
}
`;

/** What the compute worker went through, ms of its own monotonic clock. */
export type GpuEvent =
  | { readonly what: 'destroyed'; readonly at: number }
  | { readonly what: 'result'; readonly at: number; readonly backend: string; readonly asOf: number };

/**
 * Puts that in front of the compute worker's script; the server's own answer and headers otherwise. And
 * pins WebGPU, as a person may: the software GPU of a test machine is slower than the CPU twin.
 */
export async function armGpu(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => localStorage.setItem('cwts.backend', 'webgpu'));
  await context.route(/\/assets\/.*\.js$/, async (route) => {
    if (!/worker/i.test(new URL(route.request().url()).pathname)) return route.continue();
    const response = await route.fetch();
    const script = await response.text();
    // Only where the GPU is: a page whose socket's own script did not come from the network may not
    // open one to this machine.
    if (!script.includes('requestAdapter')) return route.continue();
    await route.fulfill({ response, body: `${REMEMBER}${script}` });
  });
}

export async function loseGpu(page: Page, how: 'once' | 'always'): Promise<void> {
  await page.evaluate(
    ([channel, say]) => {
      const told = new BroadcastChannel(channel);
      told.postMessage(say);
      told.close();
    },
    [CHANNEL, how] as const,
  );
}

/** Everything so far, oldest first. */
export function gpuDiary(page: Page): Promise<GpuEvent[]> {
  return page.evaluate(
    (channel) =>
      new Promise<GpuEvent[]>((resolve) => {
        const asked = new BroadcastChannel(channel);
        asked.onmessage = ({ data }: MessageEvent<{ diary: GpuEvent[] }>) => {
          resolve(data.diary);
          asked.close();
        };
        asked.postMessage('diary');
      }),
    CHANNEL,
  );
}
