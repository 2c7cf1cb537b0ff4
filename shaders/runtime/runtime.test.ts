import { describe, expect, test } from 'vitest';
import { describeAdapter, requiredLimits, type AdapterView } from './adapter.ts';
import { chooseBackend, type GpuState } from './backend.ts';
import { LossLog } from './losses.ts';
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
    expect(choose({ kind: 'ready', adapter: hardware })).toEqual({
      backend: 'webgpu',
      why: 'WebGPU on apple metal-3.',
    });
    expect(choose({ kind: 'warming', adapter: hardware })).toEqual({
      backend: 'wasm',
      why: 'WebGPU on apple metal-3 is warming up: WebAssembly SIMD computes meanwhile.',
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
    const ready: GpuState = { kind: 'ready', adapter: hardware };
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
