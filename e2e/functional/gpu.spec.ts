import { expect, test } from '../fixtures.ts';
import { ConsolePage } from '../pages/console.ts';
import { armGpu, gpuDiary, loseGpu, type GpuEvent } from '../harness/gpu.ts';

const BOUND = { timeout: 30_000 };

test('the GPU device destroyed in mid-kernel: the CPU twin goes on within 1 s, then the GPU is back', async ({
  desk,
  operator,
  openWindow,
}) => {
  const context = await openWindow();
  await armGpu(context);
  const view = await ConsolePage.open(context, operator, desk);
  const compute = view.topBar.getByText(/WebGPU|WASM|TypeScript/);
  const heatmap = await view.show('correlation');
  await expect(compute, 'this Chromium has WebGPU').toContainText('WebGPU', { timeout: 40_000 });

  // One result by the GPU first, so that the loss is in the middle of its work.
  await expect
    .poll(async () => (await gpuDiary(view.page)).some((event) => event.what === 'result'), BOUND)
    .toBe(true);
  await loseGpu(view.page, 'once');
  await expect.poll(async () => afterLoss(await gpuDiary(view.page)) !== null, BOUND).toBe(true);
  const after = afterLoss(await gpuDiary(view.page));
  // By the worker's own clock: how late this test looked does not matter.
  expect(after?.ms, `ms from the loss to the ${after?.backend ?? 'CPU'}'s result`).toBeLessThanOrEqual(1000);
  expect(after?.backend).toMatch(/^(wasm|typescript)$/);

  await expect(compute, 'a new device').toContainText('WebGPU', { timeout: 40_000 });
  await expect
    .poll(
      async () => (await gpuDiary(view.page)).findLast((event) => event.what === 'result')?.backend,
      BOUND,
    )
    .toBe('webgpu');
  const asOf = async (): Promise<string> => /as of ([\d:]+)/.exec(await heatmap.innerText())?.[1] ?? '';
  const shown = await asOf();
  await expect.poll(asOf, { ...BOUND, message: 'what is shown goes on' }).not.toBe(shown);
  await expect(await view.show('health')).toContainText(/1 (device )?loss/i);
});

/** The first result after the device was destroyed, and how much later that was. */
function afterLoss(diary: readonly GpuEvent[]): { readonly ms: number; readonly backend: string } | null {
  const lost = diary.find((event) => event.what === 'destroyed');
  if (!lost) return null;
  for (const event of diary) {
    if (event.what === 'result' && event.at > lost.at) {
      return { ms: event.at - lost.at, backend: event.backend };
    }
  }
  return null;
}
