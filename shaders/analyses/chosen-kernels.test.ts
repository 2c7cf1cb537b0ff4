import { describe, expect, test } from 'vitest';
import { prepareResampling } from '../bootstrap/resampling.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { factorReturns } from '../correlation/returns.testkit.ts';
import { randomModel } from '../pbit/models.testkit.ts';
import { buildNetwork } from '../pbit/network.ts';
import type { Backend } from '../runtime/backend.ts';
import { dawn, noGpu } from '../runtime/dawn.testkit.ts';
import { ChosenKernels } from './chosen-kernels.ts';
import type { Kernels } from './kernels.ts';

/** A choice, and a promise of the kernels that it comes to once they are a GPU's. */
function chosen(
  gpu: GPU | null,
  pinned: Backend | null,
): { choice: ChosenKernels; gpuKernels: Promise<Kernels> } {
  let waiting: ((kernels: Kernels) => void) | null = null;
  let choice: ChosenKernels | null = null;
  const look = (): void => {
    const kernels = choice?.current();
    if (kernels?.backend === 'webgpu') waiting?.(kernels);
  };
  choice = new ChosenKernels({
    ...{ gpu, pinned, now: () => 0, after: () => () => undefined },
    onChange: look,
  });
  const gpuKernels = new Promise<Kernels>((resolve) => {
    waiting = resolve;
    look();
  });
  return { choice, gpuKernels };
}

/** K1, K3 and K4 of one small market. */
async function results(kernels: Kernels): Promise<unknown[]> {
  const panel = buildPanel(factorReturns(9, 96, 2));
  const draw = {
    resamples: 64,
    blockLength: 8,
    stationary: false,
    seed: 1,
    threshold: 0.3,
    confidence: 0.9,
  } as const;
  const network = buildNetwork(randomModel(9, 3, 0.5, 4));
  const sampler = await kernels.openSampler({ network, chains: 256, seed: 5, stream: 0 });
  await sampler.sweep(6);
  await sampler.countPairs();
  return [
    (await kernels.correlate(panel)).matrix,
    await sampler.read(),
    await sampler.differing(),
    (await kernels.bootstrap(prepareResampling(panel, draw), () => Promise.resolve())).pairs,
  ];
}

describe('the kernels of analyses', () => {
  test('are WASM without a GPU, and TypeScript with the same bits where that is pinned', async () => {
    const [best, pinned] = [chosen(null, null).choice.current(), chosen(null, 'typescript').choice.current()];
    expect([best.backend, pinned.backend]).toEqual(['wasm', 'typescript']);
    const [of, ofPinned] = [await results(best), await results(pinned)];
    // Sums of K1 are f64 in TypeScript: the last bit may differ; integers may not.
    expect(ofPinned.slice(1)).toEqual(of.slice(1));
  });

  test.skipIf(noGpu !== null)('pinned to WebGPU they are the device’s, with the bits of WASM', async () => {
    const { choice, gpuKernels } = chosen(await dawn(), 'webgpu');
    const waiting = choice.current().backend;
    const kernels = await gpuKernels;
    expect([waiting, kernels.backend]).toEqual(['wasm', 'webgpu']);
    expect(await results(kernels)).toEqual(await results(choice.cpu));
    choice.close();
    // What was begun on it is told that it is gone; the next question is the CPU's.
    await expect(kernels.correlate(buildPanel(factorReturns(9, 96, 2)))).rejects.toThrow('lost');
    expect(choice.current().backend).toBe('wasm');
  });
});
