/** The peer: correlation as one would first write it, in f64. */
export function plainCorrelation(returns: Float64Array, n: number, t: number, half: boolean): Float64Array {
  const z = standardise(returns, n, t);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = half ? i : 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < t; k++) sum += (z[i * t + k] ?? 0) * (z[j * t + k] ?? 0);
      out[i * n + j] = sum;
      if (half) out[j * n + i] = sum;
    }
  }
  return out;
}

function standardise(returns: Float64Array, n: number, t: number): Float64Array {
  const z = new Float64Array(n * t);
  for (let i = 0; i < n; i++) {
    let mean = 0;
    for (let k = 0; k < t; k++) mean += returns[i * t + k] ?? 0;
    mean /= t;
    let squares = 0;
    for (let k = 0; k < t; k++) squares += ((returns[i * t + k] ?? 0) - mean) ** 2;
    const scale = 1 / Math.sqrt(squares);
    for (let k = 0; k < t; k++) z[i * t + k] = ((returns[i * t + k] ?? 0) - mean) * scale;
  }
  return z;
}
