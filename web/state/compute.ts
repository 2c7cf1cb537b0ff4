import { createStore } from 'zustand/vanilla';

export type ComputeBackend = 'webgpu' | 'wasm' | 'typescript';

/** The compute worker about itself. Nulls: not measured yet. */
export interface ComputeView {
  readonly backend: ComputeBackend | null;
  /** Adapter's own description; null where there is none. */
  readonly adapter: string | null;
  /** Why this backend and not another, in a sentence. */
  readonly sentence: string;
  readonly gpu: 'none' | 'starting' | 'ready' | 'software' | 'lost';
  readonly losses: number;
  /** Of the last correlation: kernel time, and median of the last `runs`. */
  readonly lastMs: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly runs: number;
  /** Largest |ρ| difference against the TypeScript twin at the last check. */
  readonly crossCheck: number | null;
}

export const UNKNOWN_COMPUTE: ComputeView = {
  backend: null,
  adapter: null,
  sentence: 'The compute worker has not started yet.',
  gpu: 'starting',
  losses: 0,
  lastMs: null,
  p50Ms: null,
  p99Ms: null,
  runs: 0,
  crossCheck: null,
};

export const createComputeStore = () => createStore<ComputeView>(() => UNKNOWN_COMPUTE);
export type ComputeStore = ReturnType<typeof createComputeStore>;
