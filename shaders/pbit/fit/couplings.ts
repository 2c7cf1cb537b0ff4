/** All couplings at once: what is fitted before a support is chosen. */
export interface Couplings {
  readonly n: number;
  readonly fields: Float64Array;
  /** n × n, 0 on the diagonal. */
  readonly couplings: Float64Array;
}

/** A pair's two regressions disagree a little; their mean is its coupling. */
export function symmetrised({ n, fields, couplings }: Couplings): Couplings {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j) out[i * n + j] = ((couplings[i * n + j] ?? 0) + (couplings[j * n + i] ?? 0)) / 2;
    }
  }
  return { n, fields, couplings: out };
}
