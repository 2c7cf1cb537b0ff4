import type { BrowserContext, Page } from 'playwright/test';

const CHANNEL = 'cwts-e2e-gpu';

/**
 * Runs first in the compute worker: remembers every device that is handed out and, told so on a
 * channel, destroys it right after its next submit, with the kernel still running. `always`: the
 * same to each device that follows, like a driver that is gone.
 */
const REMEMBER = `
{
  let doomed = 'never';
  new BroadcastChannel('${CHANNEL}').onmessage = ({ data }) => { doomed = data; };
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
      };
      return device;
    };
  }
}
`;

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
