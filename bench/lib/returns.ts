/** Repeatable returns with two common factors, n × t row by row, and their validity bits, all set. */
export function factorReturns(
  n: number,
  t: number,
  seed: number,
): { returns: Float64Array; valid: Uint32Array } {
  let state = seed >>> 0;
  // Uniform sums stand in for normals: correlation does not ask for more.
  const noise = (): number => {
    let sum = -2;
    for (let k = 0; k < 4; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum += state / 4294967296;
    }
    return sum;
  };
  const factors = Array.from({ length: t }, () => [noise(), noise()] as const);
  const returns = new Float64Array(n * t);
  for (let i = 0; i < n; i++) {
    const [a, b] = [noise(), noise()];
    factors.forEach(([f, g], k) => {
      returns[i * t + k] = 1e-4 * (a * f + b * g + noise());
    });
  }
  return { returns, valid: new Uint32Array(n * Math.ceil(t / 32)).fill(0xffffffff) };
}
