/**
 * The law that a p-bit network samples (kernels.md, K3): P(m) ∝ exp(Σ h_i m_i + Σ_{i<j} J_ij m_i m_j)
 * over m ∈ {−1, +1}ⁿ. The inverse temperature is within h and J; all are dimensionless.
 */
export interface IsingModel {
  readonly n: number;
  /** h, of length n. */
  readonly fields: Float64Array;
  /** Each pair at most once. */
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly i: number;
  readonly j: number;
  readonly coupling: number;
}

/** The same model at β times its inverse temperature. */
export function heated({ n, fields, edges }: IsingModel, beta: number): IsingModel {
  return {
    n,
    fields: fields.map((h) => h * beta),
    edges: edges.map(({ i, j, coupling }) => ({ i, j, coupling: coupling * beta })),
  };
}

/** Where the pair i < j stands among all n(n − 1)/2 of them. */
export const pairIndex = (i: number, j: number): number => (j * (j - 1)) / 2 + i;
export const pairCount = (n: number): number => (n * (n - 1)) / 2;
