import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeAdapter, requiredLimits, type AdapterView } from './adapter.ts';
import { chooseBackend, type GpuState } from './backend.ts';
import { calibrate } from './calibration.ts';
import { LossLog } from './losses.ts';
import { LONGEST_DISPATCH_MS, Pacer } from './pacer.ts';
import { hasWasmSimd } from './simd.ts';
import { Timings } from './timings.ts';

const hardware: AdapterView = {
  vendor: 'apple',
  architecture: 'metal-3',
  description: '',
  isFallbackAdapter: false,
  software: false,
};
const swiftshader: AdapterView = {
  ...hardware,
  vendor: 'google',
  architecture: 'swiftshader',
  isFallbackAdapter: true,
  software: true,
};

describe('the choice of a backend', () => {
  const choose = (gpu: GpuState, wasmSimd = true, pinned: 'webgpu' | 'wasm' | 'typescript' | null = null) =>
    chooseBackend({ pinned, gpu, wasmSimd });

  test('hardware first, once it is warm', () => {
    const calibration = { gpuMs: 1.94, cpuMs: 12.4, n: 512, t: 1024 };
    expect(choose({ kind: 'ready', adapter: hardware, calibration })).toEqual({
      backend: 'webgpu',
      why: 'WebGPU on apple metal-3: 1.9 ms for 512 × 1024, WebAssembly SIMD 12.',
    });
    expect(choose({ kind: 'warming', adapter: hardware, done: 2, of: 5 })).toEqual({
      backend: 'wasm',
      why: 'WebGPU on apple metal-3 is warming up (2 of 5): WebAssembly SIMD computes meanwhile.',
    });
  });

  test('hardware that was measured to be slower is passed over, with the figures', () => {
    const calibration = { gpuMs: 31, cpuMs: 5.04, n: 512, t: 1024 };
    expect(choose({ kind: 'slower', adapter: hardware, calibration })).toEqual({
      backend: 'wasm',
      why: 'WebAssembly SIMD is faster than WebGPU on apple metal-3: 31 ms for 512 × 1024, WebAssembly SIMD 5.0.',
    });
  });

  test('a software adapter is passed over for WebAssembly SIMD', () => {
    expect(choose({ kind: 'unused', adapter: swiftshader })).toEqual({
      backend: 'wasm',
      why: 'The only GPU adapter is a software one (google swiftshader): WebAssembly SIMD is faster.',
    });
  });

  test('without WebAssembly SIMD it is TypeScript, and says so', () => {
    const { backend, why } = choose({ kind: 'absent', why: 'This browser has no WebGPU:' }, false);
    expect(backend).toBe('typescript');
    expect(why).toMatch(/no WebGPU.*no WebAssembly SIMD/);
  });

  test.each<GpuState>([
    { kind: 'starting' },
    { kind: 'lost', why: 'reset' },
    { kind: 'absent', why: 'None.' },
    { kind: 'abandoned', why: 'Lost twice.' },
  ])('while the GPU is $kind the CPU computes, pinned or not', (gpu) => {
    for (const pinned of [null, 'webgpu'] as const) expect(choose(gpu, true, pinned).backend).toBe('wasm');
  });

  test('a pin holds whatever the GPU', () => {
    const ready: GpuState = { kind: 'ready', adapter: hardware, calibration: null };
    expect(choose(ready, true, 'webgpu').why).toBe('WebGPU on apple metal-3, pinned.');
    expect(choose(ready, true, 'wasm').backend).toBe('wasm');
    expect(choose(ready, true, 'typescript').backend).toBe('typescript');
    expect(choose(ready, false, 'wasm').backend).toBe('typescript');
  });
});

test('a software adapter is known by its flag or its name', () => {
  const info = (change: object): GPUAdapterInfo =>
    ({
      vendor: '',
      architecture: '',
      device: '',
      description: '',
      isFallbackAdapter: false,
      ...change,
    }) as GPUAdapterInfo;
  expect(describeAdapter(info({ isFallbackAdapter: true })).software).toBe(true);
  expect(describeAdapter(info({ vendor: 'mesa', description: 'llvmpipe (LLVM 15)' })).software).toBe(true);
  expect(describeAdapter(info({ vendor: 'nvidia', architecture: 'ada' })).software).toBe(false);
});

test('limits are asked for by name: defaults, buffers as the adapter has them up to 1 GiB', () => {
  const large = 2 ** 33;
  const limits = requiredLimits({
    maxStorageBufferBindingSize: large,
    maxBufferSize: large,
    maxComputeWorkgroupStorageSize: 65536,
    maxStorageBuffersPerShaderStage: 64,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupsPerDimension: 65535,
  });
  expect(limits).toMatchObject({ maxBufferSize: 2 ** 30, maxComputeWorkgroupStorageSize: 16384 });
});

describe('a calibration', () => {
  /** Each piece of work moves the clock by what it takes. */
  const contest = (gpu: number[], cpu: number[]) => {
    let now = 0;
    const order: string[] = [];
    const work = (name: string, times: number[]) => () => {
      order.push(name);
      now += times.shift() ?? Number.NaN;
      return Promise.resolve();
    };
    return { order, contest: { gpu: work('gpu', gpu), cpu: work('cpu', cpu), now: () => now } };
  };

  test('is the medians of three turns; the first of each is not counted', async () => {
    const { order, contest: both } = contest([900, 7, 3, 5], [800, 40, 20, 30]);
    expect(await calibrate(both)).toEqual({ gpuMs: 5, cpuMs: 30 });
    expect(order).toEqual(['gpu', 'cpu', 'gpu', 'cpu', 'gpu', 'cpu', 'gpu', 'cpu']);
  });

  test('fails with the GPU', async () => {
    const { contest: both } = contest([1], [1]);
    const lost = { ...both, gpu: () => Promise.reject(new Error('lost')) };
    await expect(calibrate(lost)).rejects.toThrow('lost');
  });
});

describe('the pace of slices', () => {
  test('aims at half of the longest that a dispatch may take, and grows no more than fourfold', () => {
    const pacer = new Pacer(100);
    pacer.took(100, 50);
    expect(pacer.slice).toBe(50);
    pacer.took(50, 25);
    expect(pacer.slice).toBe(50);
    pacer.took(50, 0.01);
    expect(pacer.slice).toBe(200);
    pacer.took(200, 10);
    expect(pacer.slice).toBe(500);
    expect(pacer.longestMs).toBe(50);
  });

  test('a part of a slice makes it shorter, never longer', () => {
    const pacer = new Pacer(100);
    pacer.took(10, 1);
    expect(pacer.slice).toBe(100);
    pacer.took(10, 50);
    expect(pacer.slice).toBe(5);
  });

  test('slices of whole workgroups grow to all that fits, however large a workgroup is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        fc.integer({ min: 1, max: 4000 }),
        (perMs, unit) => {
          const pacer = new Pacer(1000);
          const groups = (): number => Math.max(1, Math.floor(pacer.slice / unit));
          for (let round = 0; round < 30; round++) pacer.took(groups() * unit, (groups() * unit) / perMs);
          // Rounding may keep the last from being there.
          const fitting = (perMs * LONGEST_DISPATCH_MS) / 2 / unit;
          expect(groups()).toBeGreaterThanOrEqual(Math.max(1, Math.floor(fitting * (1 - 1e-9))));
        },
      ),
    );
  });

  test('no device of any constant speed is held longer than the bound, but for the first slice', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (perMs, parts) => {
          const pacer = new Pacer(1000);
          for (const [at, part] of parts.entries()) {
            const units = at === 0 ? 1000 : Math.max(1, pacer.slice * part);
            // A single unit cannot be cut.
            if (at > 0 && units > 1) expect(units / perMs).toBeLessThanOrEqual(LONGEST_DISPATCH_MS);
            pacer.took(units, units / perMs);
          }
        },
      ),
    );
  });
});

describe('losses of a device', () => {
  test('the second within 60 s is one too many', () => {
    const log = new LossLog();
    expect(log.record(1000)).toBe(true);
    expect(log.record(60_999)).toBe(false);
    expect(log.count).toBe(2);
  });

  test('60 s apart they may go on for days', () => {
    const log = new LossLog();
    for (let k = 0; k < 100; k++) expect(log.record(k * 60_000)).toBe(true);
  });
});

test('WASM SIMD is found where Node has it', () => {
  expect(hasWasmSimd()).toBe(true);
});

test('timings keep the last 256 and count them', () => {
  const timings = new Timings();
  expect(timings.view()).toEqual({ last: null, p50: null, p95: null, samples: 0 });
  for (let k = 1; k <= 20; k++) timings.add(k);
  expect(timings.view()).toEqual({ last: 20, p50: 10, p95: 19, samples: 20 });
  for (let k = 0; k < 256; k++) timings.add(7);
  expect(timings.view()).toEqual({ last: 7, p50: 7, p95: 7, samples: 256 });
});
