import { ensureNever } from '../../protocol/assert.ts';
import { adapterName, type AdapterView } from './adapter.ts';
import type { Calibration } from './calibration.ts';

/** Where kernels run. They compute the same; only the speed differs. */
export const BACKENDS = ['webgpu', 'wasm', 'typescript'] as const;
export type Backend = (typeof BACKENDS)[number];

/** What is known of the GPU now. */
export type GpuState =
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'starting' }
  | { readonly kind: 'unused'; readonly adapter: AdapterView }
  /** Steps of its warm-up: what is compiled, proven and measured. */
  | { readonly kind: 'warming'; readonly adapter: AdapterView; readonly done: number; readonly of: number }
  /** `calibration`: why it was chosen; null where nobody had to choose. */
  | { readonly kind: 'ready'; readonly adapter: AdapterView; readonly calibration: Calibration | null }
  /** Measured, and the CPU was faster. */
  | { readonly kind: 'slower'; readonly adapter: AdapterView; readonly calibration: Calibration }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'abandoned'; readonly why: string };

export interface Choice {
  readonly backend: Backend;
  /** A sentence for the health panel. */
  readonly why: string;
}

export interface Situation {
  /** Set by a person or a test; null: the best there is. */
  readonly pinned: Backend | null;
  readonly gpu: GpuState;
  readonly wasmSimd: boolean;
}

/**
 * Hardware WebGPU where it was measured to be faster, else WASM SIMD, else TypeScript (kernels.md,
 * fact 1). A pinned backend that is not there yet, or not at all, is stood in for by the CPU, and the
 * sentence says so.
 */
export function chooseBackend({ pinned, gpu, wasmSimd }: Situation): Choice {
  const cpu: Backend = wasmSimd && pinned !== 'typescript' ? 'wasm' : 'typescript';
  const cpuName = cpu === 'wasm' ? 'WebAssembly SIMD' : 'TypeScript (no WebAssembly SIMD here)';
  if (pinned === 'typescript') return { backend: cpu, why: 'Pinned to TypeScript.' };
  if (pinned === 'wasm') {
    return wasmSimd
      ? { backend: cpu, why: 'Pinned to WebAssembly SIMD.' }
      : {
          backend: cpu,
          why: 'Pinned to WebAssembly SIMD, which is not available here: TypeScript computes.',
        };
  }
  switch (gpu.kind) {
    case 'ready': {
      const pin = pinned === 'webgpu' ? ', pinned' : '';
      const figures = gpu.calibration === null ? '' : `: ${measured(gpu.calibration, cpuName)}`;
      return { backend: 'webgpu', why: `WebGPU on ${adapterName(gpu.adapter)}${pin}${figures}.` };
    }
    case 'slower':
      return {
        backend: cpu,
        why: `${cpuName} is faster than WebGPU on ${adapterName(gpu.adapter)}: ${measured(gpu.calibration, cpuName)}.`,
      };
    case 'unused':
      return {
        backend: cpu,
        why: `The only GPU adapter is a software one (${adapterName(gpu.adapter)}): ${cpuName} is faster.`,
      };
    case 'warming':
      return {
        backend: cpu,
        why: `WebGPU on ${adapterName(gpu.adapter)} is warming up (${gpu.done} of ${gpu.of}): ${cpuName} computes meanwhile.`,
      };
    case 'starting':
      return { backend: cpu, why: `A GPU is being looked for: ${cpuName} computes meanwhile.` };
    case 'lost':
      return { backend: cpu, why: `The GPU was lost (${gpu.why}): ${cpuName} computes until it is back.` };
    case 'absent':
    case 'abandoned':
      return { backend: cpu, why: `${gpu.why} ${cpuName} computes.` };
    default:
      return ensureNever(gpu);
  }
}

function measured({ gpuMs, cpuMs, n, t }: Calibration, cpuName: string): string {
  return `${millis(gpuMs)} ms for ${n} × ${t}, ${cpuName} ${millis(cpuMs)}`;
}

const millis = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
