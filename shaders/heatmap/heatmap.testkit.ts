import { invalidWords, type Correlated } from '../correlation/correlated.ts';
import { generator } from '../correlation/returns.testkit.ts';
import { CpuHeatmap } from './cpu.ts';
import type { HeatmapView } from './view.ts';

export function randomMatrix(n: number, seed: number): Correlated {
  const random = generator(seed);
  const matrix = Float32Array.from({ length: n * n }, () => random() * 2 - 1);
  const invalid = new Uint32Array(n * invalidWords(n));
  for (let k = 0; k < n; k++) {
    const [i, j] = [Math.floor(random() * n), Math.floor(random() * n)];
    const word = i * invalidWords(n) + (j >>> 5);
    invalid[word] = (invalid[word] ?? 0) | (1 << (j & 31));
    matrix[k * n + k] = 1;
  }
  return { matrix, invalid };
}

export function shuffled(n: number, seed: number): Uint32Array {
  const random = generator(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

export const plain: HeatmapView = {
  width: 8,
  height: 8,
  x: 0,
  y: 0,
  scale: 1,
  order: null,
  threshold: 0,
  theme: 'light',
};

export const colourTypescript = (source: Correlated, n: number, view: HeatmapView): Uint32Array =>
  new CpuHeatmap().colour(source, n, view);
