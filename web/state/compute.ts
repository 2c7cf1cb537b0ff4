import { createStore } from 'zustand/vanilla';
import type { ComputeStatus } from '../../shaders/engine/status.ts';

/** The compute worker about itself; null until it has started. `failed`: it never will. */
export interface ComputeView {
  readonly status: ComputeStatus | null;
  readonly failed: string | null;
}

/** Whether the GPU was in use and is not now: the badge, the banner and the health row say so. */
export function gpuLost(status: ComputeStatus | null): boolean {
  if (!status) return false;
  const { kind } = status.gpu;
  // Whatever is said of the adapter now: it was lost once and is not back. One that was measured to be
  // slower is back, and not used.
  return (
    kind === 'lost' || kind === 'abandoned' || (status.losses > 0 && kind !== 'ready' && kind !== 'slower')
  );
}

export const createComputeStore = () => createStore<ComputeView>(() => ({ status: null, failed: null }));
export type ComputeStore = ReturnType<typeof createComputeStore>;
