import { philox4x32 } from '../../shaders/lib/philox.ts';
import { buildNetwork, type Network } from '../../shaders/pbit/network.ts';

/** To the neighbours of a spin on a ring: four each way, eight in all. */
const STRIDES = [1, 7, 31, 101];
export const DEGREE = 2 * STRIDES.length;

/** Weak couplings from a fixed seed, no fields. */
export function ringNetwork(spins: number): Network {
  const uniform = (i: number, k: number): number => (philox4x32([i, k, 0, 0], [1, 0])[0] ?? 0) / 2 ** 31 - 1;
  const edges = Array.from({ length: spins }, (_, i) =>
    STRIDES.map((stride, k) => ({ i, j: (i + stride) % spins, coupling: 0.2 * uniform(i, k) })),
  ).flat();
  return buildNetwork({ n: spins, fields: new Float64Array(spins), edges });
}
