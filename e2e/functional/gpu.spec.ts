import { expect, test } from '../fixtures.ts';
import { ConsolePage } from '../pages/console.ts';
import { armGpu, loseGpu } from '../harness/gpu.ts';

test('the GPU device destroyed in mid-kernel: the CPU twin goes on within 1 s, then the GPU is back', async ({
  desk,
  operator,
  openWindow,
}) => {
  test.setTimeout(90_000);
  const context = await openWindow();
  await armGpu(context);
  const view = await ConsolePage.open(context, operator, desk);
  const compute = view.topBar.getByText(/WebGPU|WASM|TypeScript/);
  const heatmap = await view.show('correlation');
  await expect(compute, 'this Chromium has WebGPU').toContainText('WebGPU', { timeout: 20_000 });

  const asOf = async (): Promise<string> => /as of ([\d:]+)/.exec(await heatmap.innerText())?.[1] ?? '';
  await expect.poll(asOf).not.toBe('');
  const before = await asOf();
  await loseGpu(view.page, 'once');
  await expect(compute).toContainText(/WASM|TypeScript/, { timeout: 2_000 });
  await expect.poll(asOf, { message: 'new results from the CPU twin', timeout: 3_000 }).not.toBe(before);
  await expect(compute, 'a new device').toContainText('WebGPU', { timeout: 30_000 });
  await expect(await view.show('health')).toContainText(/1 (device )?loss/i);
});
