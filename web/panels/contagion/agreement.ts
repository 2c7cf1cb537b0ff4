import type { Reached } from '../../../shaders/analyses/contagion.ts';

/** Spearman's correlation of the two rankings, −1 … 1; null where there are fewer than two to rank. */
export function agreement(reached: readonly Pick<Reached, 'evolvedRank' | 'walkedRank'>[]): number | null {
  const n = reached.length;
  if (n < 2) return null;
  const squares = reached.reduce((sum, each) => sum + (each.evolvedRank - each.walkedRank) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
