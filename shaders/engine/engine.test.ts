import { afterEach, describe, expect, test } from 'vitest';
import { ensureDefined } from '../../protocol/assert.ts';
import { correlateReference } from '../correlation/reference.ts';
import { factorReturns } from '../correlation/returns.testkit.ts';
import type { BandAnswer, BandRequest } from '../correlation/crew.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import type { HeatmapView } from '../heatmap/view.ts';
import { dawn, noGpu } from '../runtime/dawn.testkit.ts';
import { CorrelationEngine, type EngineOptions } from './engine.ts';
import { largestDifference } from './kernels.ts';
import type { ComputeStatus } from './status.ts';

const view: HeatmapView = {
  width: 30,
  height: 30,
  x: 0,
  y: 0,
  scale: 1,
  order: null,
  threshold: 0,
  theme: 'dark',
};

/** An engine whose every status is kept and can be waited for. */
function watched(options: Partial<EngineOptions>): {
  engine: CorrelationEngine;
  states: string[];
  when: (wanted: (status: ComputeStatus) => boolean) => Promise<ComputeStatus>;
} {
  const states: string[] = [];
  const waiting = new Set<(status: ComputeStatus) => void>();
  const engine = new CorrelationEngine({
    gpu: null,
    now: () => 0,
    ...options,
    onStatus: (status) => {
      if (states.at(-1) !== status.gpu.kind) states.push(status.gpu.kind);
      for (const look of [...waiting]) look(status);
    },
  });
  const when = (wanted: (status: ComputeStatus) => boolean): Promise<ComputeStatus> =>
    new Promise((resolve) => {
      const look = (status: ComputeStatus): void => {
        if (!wanted(status)) return;
        waiting.delete(look);
        resolve(status);
      };
      waiting.add(look);
      look(engine.status());
    });
  return { engine, states, when };
}

describe('the engine without a GPU', () => {
  test('shares a large matrix with its helpers, and says how many workers there are', async () => {
    const asked: BandRequest[] = [];
    let hear: (answer: BandAnswer) => void = () => undefined;
    const { engine } = watched({
      after: () => () => undefined,
      helpers: {
        helpers: 1,
        spawn: (answer) => {
          hear = answer;
          return { post: (request) => void asked.push(request), close: () => undefined };
        },
      },
    });
    const input = factorReturns(512, 256, 9);
    await engine.compute(input);
    expect(engine.status()).toMatchObject({ crew: { workers: 1 } });
    const kernel = new WasmCorrelation();
    hear({ kind: 'ready' });
    const result = engine.compute(input);
    // The helper is asked before the engine computes its own band; it answers when it likes.
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    const [request] = asked;
    if (request === undefined) throw new Error('nobody was asked');
    const band = kernel.correlateBand(request.panel, request.rows);
    hear({ kind: 'band', job: request.job, band, bytes: 7 });
    const alone = kernel.correlate(buildPanel(input)).matrix;
    expect(Buffer.from((await result).matrix.buffer).equals(Buffer.from(alone.buffer))).toBe(true);
    const { crew, memory } = engine.status();
    expect(crew?.workers).toBe(2);
    expect(memory.wasm).toBeGreaterThan(512 * 512 * 4);
  });

  test('computes on WASM SIMD and says why', async () => {
    const { engine } = watched({});
    const input = factorReturns(20, 120, 1);
    const result = await engine.compute(input);
    expect(result).toMatchObject({ backend: 'wasm', n: 20, samples: 120, generation: 0, sequence: 1 });
    expect(largestDifference(result, correlateReference(input))).toBeLessThanOrEqual(1e-6);
    expect(engine.status()).toMatchObject({
      backend: 'wasm',
      why: 'This browser has no WebGPU: WebAssembly SIMD computes.',
      crossCheck: { against: 'float64 reference' },
    });
    expect(engine.status().crossCheck.maxError).toBeLessThanOrEqual(1e-6);
  });

  test.each<[Partial<EngineOptions>]>([[{ wasm: false }], [{ pinned: 'typescript' }]])(
    'falls to TypeScript: %j',
    async (options) => {
      const { engine } = watched(options);
      expect((await engine.compute(factorReturns(5, 40, 2))).backend).toBe('typescript');
    },
  );

  test('paints what it last computed, nothing before', async () => {
    const { engine } = watched({});
    expect(await engine.paint(view)).toBeNull();
    const painting = [engine.compute(factorReturns(20, 120, 1)), engine.paint(view)] as const;
    expect(await painting[1]).toMatchObject({ width: 30, height: 30, sequence: 1, backend: 'typescript' });
  });

  test('a wrong call is refused and the next one is answered', async () => {
    const { engine } = watched({});
    const input = factorReturns(5, 40, 2);
    await expect(engine.compute({ ...input, n: 6 })).rejects.toThrow(RangeError);
    await expect(engine.compute({ ...input, lambda: 2 })).rejects.toThrow(RangeError);
    expect((await engine.compute(input)).sequence).toBe(1);
  });

  test('no instruments and no samples are an empty matrix', async () => {
    const { engine } = watched({});
    const none = { returns: new Float64Array(0), valid: new Uint32Array(0), n: 0, t: 0 };
    expect((await engine.compute(none)).matrix).toHaveLength(0);
    expect((await engine.paint(view))?.rgba.every((byte) => byte === 0)).toBe(true);
  });
});

test('a GPU that finds no adapter leaves the CPU in use', async () => {
  const gpu = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  const { when } = watched({ gpu });
  expect((await when(({ gpu: state }) => state.kind === 'absent')).backend).toBe('wasm');
});

describe.skipIf(noGpu !== null)('the engine on SwiftShader', () => {
  const engines: CorrelationEngine[] = [];
  afterEach(() => {
    for (const engine of engines.splice(0)) engine.close();
  });

  /** A GPU whose devices the test can reach, and whose adapters from the second on wait for `release`. */
  async function reachable(): Promise<{ gpu: GPU; devices: GPUDevice[]; release: () => void }> {
    const real = await dawn();
    const devices: GPUDevice[] = [];
    let asked = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const gpu = {
      requestAdapter: async (options: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
        if (++asked > 1) await gate;
        const adapter = ensureDefined(await real.requestAdapter(options), 'an adapter');
        const request = adapter.requestDevice.bind(adapter);
        adapter.requestDevice = async (descriptor) => {
          const device = await request(descriptor);
          devices.push(device);
          return device;
        };
        return adapter;
      },
    };
    return { gpu: gpu as unknown as GPU, devices, release };
  }

  test('is not used unasked: the adapter is a software one', async () => {
    const { gpu, devices } = await reachable();
    const { engine, when, states } = watched({ gpu });
    engines.push(engine);
    const status = await when(({ gpu: state }) => state.kind === 'unused');
    expect(status.backend).toBe('wasm');
    expect(status.why).toMatch(/software/);
    expect(devices).toHaveLength(0);
    expect(states).toEqual(['starting', 'unused']);
  });

  test('pinned: the CPU answers while it warms up, then WebGPU with the same bits', async () => {
    const { gpu } = await reachable();
    const { engine, when, states } = watched({ gpu, pinned: 'webgpu' });
    engines.push(engine);
    const input = factorReturns(70, 200, 3, 0.05);
    expect((await engine.compute(input)).backend).toBe('wasm');
    await when(({ backend }) => backend === 'webgpu');
    const result = await engine.compute(input);
    expect(result).toMatchObject({ backend: 'webgpu', generation: 1, pairwise: true });
    expect(result.matrix).toEqual(new WasmCorrelation().correlate(buildPanel(input)).matrix);
    const image = ensureDefined(await engine.paint(view), 'a picture');
    expect(image.backend).toBe('webgpu');
    const status = engine.status();
    expect(status.crossCheck).toEqual({ against: 'wasm', maxError: 0, checks: 1 });
    expect(status.limits).toMatchObject({ maxComputeWorkgroupStorageSize: 16384 });
    expect(status.gpu).toMatchObject({ kind: 'ready', adapter: { isFallbackAdapter: true } });
    expect(states).toEqual(['starting', 'warming', 'ready']);
  });

  test('a device destroyed in mid-kernel: the CPU answers that very call, and a new device follows', async () => {
    const { gpu, devices, release } = await reachable();
    const { engine, when, states } = watched({ gpu, pinned: 'webgpu' });
    engines.push(engine);
    await when(({ backend }) => backend === 'webgpu');
    const input = factorReturns(300, 512, 4);
    const before = await engine.compute(input);
    expect(bytes((await engine.compute(input)).matrix).equals(bytes(before.matrix)), 'a second run').toBe(
      true,
    );
    const submitted = onSubmit(ensureDefined(devices[0], 'a device'));
    const result = engine.compute(input);
    await submitted;
    devices[0]?.destroy();
    // No other adapter is given out before `release`: whoever answers did not wait for one.
    const { backend, generation, matrix } = await result;
    expect({ backend, generation }).toEqual({ backend: 'wasm', generation: 0 });
    expect(bytes(matrix).equals(bytes(before.matrix)), 'the run in which it was destroyed').toBe(true);
    expect((await engine.paint(view))?.backend).toBe('typescript');
    expect((await when(({ gpu: state }) => state.kind === 'lost')).losses).toBe(1);
    release();
    await when(({ gpu: state, generation }) => state.kind === 'ready' && generation === 2);
    const after = await engine.compute(input);
    expect({ backend: after.backend, generation: after.generation }).toEqual({
      backend: 'webgpu',
      generation: 2,
    });
    expect(bytes(after.matrix).equals(bytes(before.matrix)), 'the new device').toBe(true);
    expect(states).toEqual(['starting', 'warming', 'ready', 'lost', 'warming', 'ready']);
  });

  test('the matrix of a lost device is painted by the new one', async () => {
    const { gpu, devices, release } = await reachable();
    const { engine, when } = watched({ gpu, pinned: 'webgpu' });
    engines.push(engine);
    release();
    await when(({ backend }) => backend === 'webgpu');
    await engine.compute(factorReturns(30, 64, 5));
    const before = ensureDefined(await engine.paint(view), 'a picture').rgba.slice();
    devices[0]?.destroy();
    await when(({ backend, generation }) => backend === 'webgpu' && generation === 2);
    // The same view would be the picture that is kept: another one between them has it coloured anew.
    await engine.paint({ ...view, theme: 'light' });
    const after = ensureDefined(await engine.paint(view), 'a picture');
    expect(after.backend).toBe('webgpu');
    expect(after.rgba).toEqual(before);
  });

  test.each([
    [59_999, 'abandoned'],
    [60_000, 'ready'],
  ])('a second loss %i ms after the first: %s', async (later, kind) => {
    let now = 0;
    const { gpu, devices, release } = await reachable();
    const { engine, when } = watched({ gpu, pinned: 'webgpu', now: () => now });
    engines.push(engine);
    release();
    await when(({ backend }) => backend === 'webgpu');
    devices[0]?.destroy();
    await when(({ backend, generation }) => backend === 'webgpu' && generation === 2);
    now = later;
    devices[1]?.destroy();
    const status = await when(
      ({ gpu: state, generation }) =>
        state.kind === 'abandoned' || (state.kind === 'ready' && generation === 3),
    );
    expect(status).toMatchObject({ losses: 2, gpu: { kind } });
    const expected = kind === 'ready' ? 'webgpu' : 'wasm';
    expect((await engine.compute(factorReturns(10, 40, 6))).backend).toBe(expected);
  });

  test('a device that never answers is given up, and the CPU answers', async () => {
    const { gpu, devices } = await reachable();
    const timers: (() => void)[] = [];
    const { engine, when } = watched({
      gpu,
      pinned: 'webgpu',
      after: (_, then) => {
        timers.push(then);
        return () => undefined;
      },
    });
    engines.push(engine);
    await when(({ backend }) => backend === 'webgpu');
    const submitted = onSubmit(ensureDefined(devices[0], 'a device'));
    const result = engine.compute(factorReturns(300, 512, 7));
    await submitted;
    timers[0]?.();
    expect((await result).backend).toBe('wasm');
    expect(engine.status()).toMatchObject({ faults: 1, lastFault: 'the device gave no answer' });
  });

  test('a device that takes long is waited for, as long as parts of its work come back', async () => {
    const { gpu } = await reachable();
    const waits: { cancelled: boolean }[] = [];
    const { engine, when } = watched({
      gpu,
      pinned: 'webgpu',
      after: () => {
        const wait = { cancelled: false };
        waits.push(wait);
        return () => {
          wait.cancelled = true;
        };
      },
    });
    engines.push(engine);
    await when(({ backend }) => backend === 'webgpu');
    // More than one slice of any pace.
    expect((await engine.compute(factorReturns(300, 512, 7))).backend).toBe('webgpu');
    expect(waits.length).toBeGreaterThan(2);
    expect(waits.every(({ cancelled }) => cancelled)).toBe(true);
  });

  test('a device that computes something else is found out by the cross-check', async () => {
    const { gpu, devices } = await reachable();
    const { engine, when } = watched({ gpu, pinned: 'webgpu' });
    engines.push(engine);
    await when(({ backend }) => backend === 'webgpu');
    const queue = ensureDefined(devices[0], 'a device').queue;
    const write = queue.writeBuffer.bind(queue);
    queue.writeBuffer = (buffer, offset, bytes) => {
      if (bytes instanceof Float32Array) bytes.reverse();
      write(buffer, offset, bytes);
      if (bytes instanceof Float32Array) bytes.reverse();
    };
    expect((await engine.compute(factorReturns(20, 60, 8))).backend).toBe('wasm');
    expect(engine.status().gpu.kind).toBe('abandoned');
    expect(engine.status().why).toMatch(/correlations were off by/);
  });

  /** To compare matrices: a matcher takes a second for one. */
  const bytes = ({ buffer }: Float32Array): Buffer => Buffer.from(buffer);

  /** Resolves when work has gone to the device, which is then in the middle of it. */
  function onSubmit({ queue }: GPUDevice): Promise<void> {
    return new Promise((resolve) => {
      const submit = queue.submit.bind(queue);
      queue.submit = (buffers) => {
        submit(buffers);
        resolve();
      };
    });
  }
});
