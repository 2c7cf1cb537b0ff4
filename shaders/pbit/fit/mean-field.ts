/**
 * Naive mean field (Kappen and Rodríguez 1998): J = −(C⁻¹) off the diagonal, h_i = atanh⟨m_i⟩ −
 * Σ J_ij⟨m_j⟩. Rough where couplings are strong, but near enough to begin from.
 */
import { invertPositive, multiply, transpose } from '../../lib/dense.ts';
import type { Couplings } from './couplings.ts';
import type { Signs } from './signs.ts';

/** @param ridge added to the variances, so that copies of an instrument can be told apart at all */
export function meanField({ n, t, spins, usable }: Signs, ridge: number): Couplings {
  const means = new Float64Array(n);
  const centred = spins.slice();
  for (let i = 0; i < n; i++) {
    const own = centred.subarray(i * t, i * t + t);
    const count = own.reduce((sum, s) => sum + Math.abs(s), 0);
    const mean = own.reduce((a, b) => a + b, 0) / Math.max(1, count);
    means[i] = mean;
    own.forEach((s, k) => (own[k] = s === 0 ? 0 : s - mean));
  }
  const c = multiply(centred, transpose(centred, n, t), n, t, n).map((x) => x / Math.max(1, t));
  for (let i = 0; i < n; i++) c[i * n + i] = usable[i] === true ? (c[i * n + i] ?? 0) + ridge : 1;
  const couplings = invertPositive(c, n).map((x) => -x);
  const fields = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    couplings[i * n + i] = 0;
    // ±1 has no finite field: a spin seen t times one way is given about what it would take.
    const held = Math.max(-1 + 1 / (t + 1), Math.min(1 - 1 / (t + 1), means[i] ?? 0));
    const around = means.reduce((sum, m, j) => sum + (couplings[i * n + j] ?? 0) * m, 0);
    fields[i] = Math.atanh(held) - around;
  }
  return { n, fields, couplings };
}
