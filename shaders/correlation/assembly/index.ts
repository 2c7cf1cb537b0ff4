// AssemblyScript: the WASM SIMD twin of correlation.wgsl. The host owns the memory's layout and
// passes byte offsets. Every sum is multiply, then add, in the order of t, CHUNK samples to a
// partial sum: the same bits as the WGSL where that is not fused (SwiftShader).

const CHUNK: i32 = 64;
const MIN_SAMPLES: i32 = 30;
const FLAT: f32 = 1e-4;

/** Zt (t × n, row by row) to panels of eight columns: [n / 8][t][8]; of the columns asked for (multiples of 8). */
export function pack(source: usize, target: usize, n: i32, t: i32, first: i32, end: i32): void {
  target += (<usize>(first >> 3) * t) << 5;
  for (let panel = first; panel < end; panel += 8) {
    let from = source + (<usize>panel << 2);
    for (let k = 0; k < t; k++) {
      v128.store(target, v128.load(from));
      v128.store(target, v128.load(from, 16), 16);
      from += <usize>n << 2;
      target += 32;
    }
  }
}

/**
 * out[i][j] = Σ_t left[t][i] · right[t][j] over packed panels, of the rows and columns asked for
 * (multiples of 8); n a multiple of 8, out n × n. Symmetric (left = right): of these the upper
 * triangle by blocks of 4 × 8, mirrored.
 */
export function product(
  left: usize,
  right: usize,
  out: usize,
  n: i32,
  t: i32,
  symmetric: bool,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
): void {
  const panelBytes = <usize>t << 5;
  const rowBytes = <usize>n << 2;
  for (let row = firstRow; row < endRow; row += 4) {
    const a = left + <usize>(row >> 3) * panelBytes + (<usize>(row & 4) << 2);
    for (let column = symmetric ? max(firstColumn, row & ~7) : firstColumn; column < endColumn; column += 8) {
      const b = right + <usize>(column >> 3) * panelBytes;
      let t00 = f32x4.splat(0);
      let t01 = f32x4.splat(0);
      let t10 = f32x4.splat(0);
      let t11 = f32x4.splat(0);
      let t20 = f32x4.splat(0);
      let t21 = f32x4.splat(0);
      let t30 = f32x4.splat(0);
      let t31 = f32x4.splat(0);
      for (let from = 0; from < t; from += CHUNK) {
        let s00 = f32x4.splat(0);
        let s01 = f32x4.splat(0);
        let s10 = f32x4.splat(0);
        let s11 = f32x4.splat(0);
        let s20 = f32x4.splat(0);
        let s21 = f32x4.splat(0);
        let s30 = f32x4.splat(0);
        let s31 = f32x4.splat(0);
        let pa = a + (<usize>from << 5);
        let pb = b + (<usize>from << 5);
        const end = pb + (<usize>min(CHUNK, t - from) << 5);
        while (pb < end) {
          const b0 = v128.load(pb);
          const b1 = v128.load(pb, 16);
          let x = v128.load32_splat(pa);
          s00 = f32x4.add(s00, f32x4.mul(x, b0));
          s01 = f32x4.add(s01, f32x4.mul(x, b1));
          x = v128.load32_splat(pa, 4);
          s10 = f32x4.add(s10, f32x4.mul(x, b0));
          s11 = f32x4.add(s11, f32x4.mul(x, b1));
          x = v128.load32_splat(pa, 8);
          s20 = f32x4.add(s20, f32x4.mul(x, b0));
          s21 = f32x4.add(s21, f32x4.mul(x, b1));
          x = v128.load32_splat(pa, 12);
          s30 = f32x4.add(s30, f32x4.mul(x, b0));
          s31 = f32x4.add(s31, f32x4.mul(x, b1));
          pa += 32;
          pb += 32;
        }
        t00 = f32x4.add(t00, s00);
        t01 = f32x4.add(t01, s01);
        t10 = f32x4.add(t10, s10);
        t11 = f32x4.add(t11, s11);
        t20 = f32x4.add(t20, s20);
        t21 = f32x4.add(t21, s21);
        t30 = f32x4.add(t30, s30);
        t31 = f32x4.add(t31, s31);
      }
      let at = out + <usize>row * rowBytes + (<usize>column << 2);
      v128.store(at, t00);
      v128.store(at, t01, 16);
      at += rowBytes;
      v128.store(at, t10);
      v128.store(at, t11, 16);
      at += rowBytes;
      v128.store(at, t20);
      v128.store(at, t21, 16);
      at += rowBytes;
      v128.store(at, t30);
      v128.store(at, t31, 16);
      // The mirror of a block on the diagonal is computed itself, with the same bits.
      if (symmetric && column > row) {
        const mirror = out + <usize>column * rowBytes + (<usize>row << 2);
        transpose(mirror, rowBytes, t00, t10, t20, t30);
        transpose(mirror + (rowBytes << 2), rowBytes, t01, t11, t21, t31);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function transpose(at: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(at + stride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(at + 2 * stride, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(at + 3 * stride, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/**
 * Every usable row has all samples: clamps, sets the diagonal, marks the pairs of unusable rows. Of the
 * rows and columns asked for.
 */
export function finishComplete(
  cross: usize,
  valid: usize,
  matrix: usize,
  invalid: usize,
  n: i32,
  pad: i32,
  words: i32,
  samples: i32,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
): void {
  let usableRows = 0;
  for (let i = 0; i < n; i++) usableRows += i32(load<u32>(valid + ((<usize>i * words) << 2)) != 0);
  if (usableRows == n && samples >= MIN_SAMPLES) {
    const offset = <usize>firstColumn << 2;
    for (let i = firstRow; i < endRow; i++) {
      const to = matrix + ((<usize>i * n) << 2) + offset;
      clampRow(cross + ((<usize>i * pad) << 2) + offset, to, endColumn - firstColumn);
      if (i >= firstColumn && i < endColumn) store<f32>(to + (<usize>(i - firstColumn) << 2), 1);
    }
    return;
  }
  const outWords = (n + 31) >> 5;
  for (let i = firstRow; i < endRow; i++) {
    const rowUsable = samples >= MIN_SAMPLES && load<u32>(valid + ((<usize>i * words) << 2)) != 0;
    for (let j = firstColumn; j < endColumn; j++) {
      const usable = rowUsable && load<u32>(valid + ((<usize>j * words) << 2)) != 0;
      const rho = load<f32>(cross + ((<usize>i * pad + j) << 2));
      put(matrix, invalid, n, outWords, i, j, usable, rho);
    }
  }
}

/** Cells of a row of usable pairs. */
function clampRow(from: usize, to: usize, n: i32): void {
  const low = f32x4.splat(-1);
  const high = f32x4.splat(1);
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const at = <usize>j << 2;
    v128.store(to + at, f32x4.max(low, f32x4.min(high, v128.load(from + at))));
  }
  for (; j < n; j++) {
    const at = <usize>j << 2;
    store<f32>(to + at, max<f32>(-1, min<f32>(1, load<f32>(from + at))));
  }
}

/** ρ over the samples that both rows have, of the cells asked for; see `pairwise` of correlation.wgsl. */
export function finishPairwise(
  cross: usize,
  sum: usize,
  square: usize,
  mass: usize,
  valid: usize,
  matrix: usize,
  invalid: usize,
  n: i32,
  pad: i32,
  words: i32,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
): void {
  const outWords = (n + 31) >> 5;
  for (let i = firstRow; i < endRow; i++) {
    for (let j = firstColumn; j < endColumn; j++) {
      let common = 0;
      for (let w = 0; w < words; w++) {
        const both = load<u32>(valid + ((<usize>i * words + w) << 2)) & load<u32>(valid + ((<usize>j * words + w) << 2));
        common += popcnt(both);
      }
      const ij = (<usize>i * pad + j) << 2;
      const ji = (<usize>j * pad + i) << 2;
      const w = load<f32>(mass + ij);
      const si = load<f32>(sum + ij);
      const sj = load<f32>(sum + ji);
      const qi = load<f32>(square + ij);
      const qj = load<f32>(square + ji);
      const vi = qi - (si * si) / w;
      const vj = qj - (sj * sj) / w;
      const usable = common >= MIN_SAMPLES && vi > qi * FLAT && vj > qj * FLAT;
      const rho = (load<f32>(cross + ij) - (si * sj) / w) / (sqrt(vi) * sqrt(vj));
      put(matrix, invalid, n, outWords, i, j, usable, rho);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(
  matrix: usize,
  invalid: usize,
  n: i32,
  outWords: i32,
  i: i32,
  j: i32,
  usable: bool,
  rho: f32,
): void {
  const clamped = max<f32>(-1, min<f32>(1, rho));
  const value: f32 = i == j ? 1 : usable ? clamped : 0;
  store<f32>(matrix + ((<usize>i * n + j) << 2), value);
  if (!usable) {
    const word = invalid + ((<usize>i * outWords + (j >> 5)) << 2);
    store<u32>(word, load<u32>(word) | (1 << (j & 31)));
  }
}
