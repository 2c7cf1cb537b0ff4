import type { CrewView } from '../correlation/crew.ts';
import type { GpuLimits } from '../runtime/adapter.ts';
import type { Backend, Choice, GpuState } from '../runtime/backend.ts';
import type { TimingsView } from '../runtime/timings.ts';

/** What the health panel's GPU row and the top bar show; plain data, it may be posted. */
export interface ComputeStatus extends Choice {
  readonly pinned: Backend | null;
  readonly gpu: GpuState;
  /** Of the device in use; null without one. */
  readonly limits: GpuLimits | null;
  /** Counts devices of this session. */
  readonly generation: number;
  readonly losses: number;
  /** Calls that the GPU refused and the CPU answered, and the last reason. */
  readonly faults: number;
  readonly lastFault: string | null;
  /** ms of whole calls, standardising and read-back included. */
  readonly compute: TimingsView;
  readonly paint: TimingsView;
  readonly crossCheck: CrossCheck;
  /** Threads of the WASM kernel; null where it does not compute. */
  readonly crew: CrewView | null;
  readonly memory: KernelMemory;
  /** The longest that one dispatch held the device in use, ms; null without one. */
  readonly longestDispatchMs: number | null;
}

/** What the kernels hold, bytes. */
export interface KernelMemory {
  /** Buffers on the device in use. */
  readonly gpu: number;
  /** WASM memories, of helpers too, and what is shared with these. */
  readonly wasm: number;
  /** The last matrix and what pictures are drawn from, in JavaScript's own memory. */
  readonly heatmap: number;
}

export interface CrossCheck {
  /** WebGPU is checked on real data against the CPU twin, the CPU at start against float64. */
  readonly against: 'float64 reference' | 'wasm' | 'typescript';
  readonly maxError: number;
  readonly checks: number;
}
