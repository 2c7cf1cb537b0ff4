/**
 * The TypeScript twin: register blocks of 4 × 4 over packed panels, sums in f64. The last resort
 * where WASM SIMD is missing, and the check on the other two.
 */
import { commonSamples, invalidWords, usableRows, type Correlated } from './correlated.ts';
import { FLAT, MIN_SAMPLES, type Panel, type PairwiseOperands } from './panel.ts';

export function correlateTypescript(panel: Panel): Correlated {
  const { n } = panel;
  const out: Correlated = {
    matrix: new Float32Array(n * n),
    invalid: new Uint32Array(n * invalidWords(n)),
  };
  if (panel.pairwise === null) finishComplete(panel, out);
  else finishPairwise(panel, panel.pairwise, out);
  return out;
}

function finishComplete(panel: Panel, out: Correlated): void {
  const { n, nPad } = panel;
  const z = pack(panel, panel.z);
  const cross = product(panel, z, z, true);
  const usable = usableRows(panel);
  for (let i = 0; i < n; i++) {
    const rowUsable = usable[i] === true;
    for (let j = 0; j < n; j++) put(out, n, i, j, rowUsable && usable[j] === true, cross[i * nPad + j] ?? 0);
  }
}

/** ρ over common samples: cov / √(v_i v_j) with Σx, Σx² and Σw each over the samples both rows have. */
function finishPairwise(panel: Panel, operands: PairwiseOperands, out: Correlated): void {
  const { n, nPad } = panel;
  const z = pack(panel, panel.z);
  const weight = pack(panel, operands.weight);
  const cross = product(panel, z, z, true);
  const sum = product(panel, z, weight, false);
  const square = product(panel, pack(panel, operands.square), pack(panel, operands.mask), false);
  const mass = product(panel, weight, weight, true);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const ij = i * nPad + j;
      const ji = j * nPad + i;
      const w = mass[ij] ?? 0;
      const si = sum[ij] ?? 0;
      const sj = sum[ji] ?? 0;
      const qi = square[ij] ?? 0;
      const qj = square[ji] ?? 0;
      const vi = qi - (si * si) / w;
      const vj = qj - (sj * sj) / w;
      const usable = commonSamples(panel, i, j) >= MIN_SAMPLES && vi > qi * FLAT && vj > qj * FLAT;
      put(out, n, i, j, usable, usable ? ((cross[ij] ?? 0) - (si * sj) / w) / Math.sqrt(vi * vj) : 0);
    }
  }
}

function put({ matrix, invalid }: Correlated, n: number, i: number, j: number, usable: boolean, rho: number) {
  matrix[i * n + j] = i === j ? 1 : usable ? Math.max(-1, Math.min(1, rho)) : 0;
  if (usable) return;
  const word = i * invalidWords(n) + (j >>> 5);
  invalid[word] = (invalid[word] ?? 0) | (1 << (j & 31));
}

/** tPad × nPad to panels of four columns, [nPad / 4][tPad][4], in f64: no conversion in the inner loop. */
function pack({ nPad, tPad }: Panel, source: Float32Array): Float64Array {
  const packed = new Float64Array(nPad * tPad);
  let at = 0;
  for (let column = 0; column < nPad; column += 4) {
    for (let from = column; from < tPad * nPad; from += nPad) {
      packed[at++] = source[from] ?? 0;
      packed[at++] = source[from + 1] ?? 0;
      packed[at++] = source[from + 2] ?? 0;
      packed[at++] = source[from + 3] ?? 0;
    }
  }
  return packed;
}

/** leftᵀ · right, nPad × nPad; symmetric: the upper triangle by 4 × 4 blocks, mirrored. */
function product(panel: Panel, left: Float64Array, right: Float64Array, symmetric: boolean): Float64Array {
  const { n, nPad, tPad } = panel;
  const out = new Float64Array(nPad * nPad);
  const block = new Float64Array(16);
  for (let row = 0; row < n; row += 4) {
    for (let column = symmetric ? row : 0; column < n; column += 4) {
      multiplyBlock(left, row * tPad, right, column * tPad, tPad * 4, block);
      for (let r = 0; r < 4; r++) {
        for (let c = 0; c < 4; c++) {
          const value = block[r * 4 + c] ?? 0;
          out[(row + r) * nPad + column + c] = value;
          if (symmetric) out[(column + c) * nPad + row + r] = value;
        }
      }
    }
  }
  return out;
}

/** Sixteen sums kept in locals: written out because an array of them would live in memory. */
function multiplyBlock(
  left: Float64Array,
  a: number,
  right: Float64Array,
  b: number,
  length: number,
  block: Float64Array,
): void {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0; // prettier-ignore
  let s10 = 0,
    s11 = 0,
    s12 = 0,
    s13 = 0;
  let s20 = 0,
    s21 = 0,
    s22 = 0,
    s23 = 0;
  let s30 = 0,
    s31 = 0,
    s32 = 0,
    s33 = 0;
  for (let k = 0; k < length; k += 4) {
    const b0 = right[b + k] ?? 0;
    const b1 = right[b + k + 1] ?? 0;
    const b2 = right[b + k + 2] ?? 0;
    const b3 = right[b + k + 3] ?? 0;
    let x = left[a + k] ?? 0;
    s00 += x * b0;
    s01 += x * b1;
    s02 += x * b2;
    s03 += x * b3;
    x = left[a + k + 1] ?? 0;
    s10 += x * b0;
    s11 += x * b1;
    s12 += x * b2;
    s13 += x * b3;
    x = left[a + k + 2] ?? 0;
    s20 += x * b0;
    s21 += x * b1;
    s22 += x * b2;
    s23 += x * b3;
    x = left[a + k + 3] ?? 0;
    s30 += x * b0;
    s31 += x * b1;
    s32 += x * b2;
    s33 += x * b3;
  }
  block.set([s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33]);
}
