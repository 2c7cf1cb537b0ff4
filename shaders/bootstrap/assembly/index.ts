// AssemblyScript: the WASM SIMD twin of bootstrap.wgsl, four pairs (one row, four columns) to a
// vector. The host owns the memory's layout and passes byte offsets. Every f32 step is the one that
// cpu.ts and bootstrap.wgsl take, in the same order: the same bits.

const LANES: i32 = 64;
const UNIT: f32 = 0.000000000931322574615478515625; // 2⁻³⁰

/** n × t, row by row, to panels of four rows: [⌈n / 4⌉][t][4]; rows beyond n read as the last one. */
export function pack(source: usize, target: usize, n: i32, t: i32): void {
  for (let panel = 0; panel < n; panel += 4) {
    const a = source + ((<usize>panel * t) << 2);
    const b = source + ((<usize>min(panel + 1, n - 1) * t) << 2);
    const c = source + ((<usize>min(panel + 2, n - 1) * t) << 2);
    const d = source + ((<usize>min(panel + 3, n - 1) * t) << 2);
    for (let k = 0; k < t; k++) {
      const at = <usize>k << 2;
      store<f32>(target, load<f32>(a + at));
      store<f32>(target, load<f32>(b + at), 4);
      store<f32>(target, load<f32>(c + at), 8);
      store<f32>(target, load<f32>(d + at), 12);
      target += 16;
    }
  }
}

/**
 * The pairs (row, j), row < j < n: low, high, P(|ρ| > threshold), standard deviation, 16 bytes a pair
 * from `out` on. Rows, means and scales are packed; `runs` holds offsets into `prefix`, in bytes.
 * `prefix` has room for t + 1 vectors, `values` for `resamples`, `partial` for 64.
 */
export function bootstrapRow(
  rows: usize,
  means: usize,
  scales: usize,
  offsets: usize,
  runs: usize,
  prefix: usize,
  values: usize,
  partial: usize,
  out: usize,
  row: i32,
  n: i32,
  t: i32,
  resamples: i32,
  threshold: f32,
  low: i32,
  lowFraction: f32,
  high: i32,
  highFraction: f32,
): void {
  const rowBytes = <usize>t << 4;
  const momentBytes = <usize>resamples << 4;
  const lane = <usize>(row & 3) << 2;
  const panel = <usize>(row >> 2);
  for (let first = row & ~3; first < n; first += 4) {
    const other = <usize>(first >> 2);
    productSums(rows + panel * rowBytes + lane, rows + other * rowBytes, prefix, t);
    const beyond = resample(
      offsets,
      runs,
      prefix,
      means + panel * momentBytes + lane,
      means + other * momentBytes,
      scales + panel * momentBytes + lane,
      scales + other * momentBytes,
      values,
      resamples,
      threshold,
    );
    const deviation = standardDeviation(values, partial, resamples);
    sort(values, resamples);
    const below = between(values, low, lowFraction);
    const above = between(values, high, highFraction);
    const exceeds = f32x4.mul(f32x4.convert_i32x4_s(beyond), f32x4.splat(<f32>1 / <f32>resamples));
    put(out, row, first, n, below, above, exceeds, deviation);
  }
}

/** prefix[k] = Σ_{s<k} z_i z_j in units of 2⁻³⁰, exact. */
// @ts-ignore: decorator
@inline
function productSums(one: usize, four: usize, prefix: usize, t: i32): void {
  let sum = i32x4.splat(0);
  v128.store(prefix, sum);
  const end = four + (<usize>t << 4);
  const unit = f32x4.splat(1 / UNIT);
  while (four < end) {
    const product = f32x4.mul(f32x4.mul(v128.load32_splat(one), v128.load(four)), unit);
    sum = i32x4.add(sum, i32x4.trunc_sat_f32x4_s(f32x4.nearest(product)));
    prefix += 16;
    v128.store(prefix, sum);
    one += 16;
    four += 16;
  }
}

/** ρ of each resample into `values`; how many are beyond the threshold. */
// @ts-ignore: decorator
@inline
function resample(
  offsets: usize,
  runs: usize,
  prefix: usize,
  meanOne: usize,
  meanFour: usize,
  scaleOne: usize,
  scaleFour: usize,
  values: usize,
  resamples: i32,
  threshold: f32,
): v128 {
  let beyond = i32x4.splat(0);
  const bar = f32x4.splat(threshold);
  const unit = f32x4.splat(UNIT);
  const least = f32x4.splat(-1);
  const most = f32x4.splat(1);
  let run = runs;
  for (let b = 0; b < resamples; b++) {
    const end = runs + (<usize>load<u32>(offsets + (<usize>b << 2), 4) << 3);
    let sum = f32x4.splat(0);
    while (run < end) {
      const block = i32x4.sub(v128.load(prefix + load<u32>(run, 4)), v128.load(prefix + load<u32>(run)));
      sum = f32x4.add(sum, f32x4.convert_i32x4_s(block));
      run += 8;
    }
    const at = <usize>b << 4;
    const centre = f32x4.mul(v128.load32_splat(meanOne + at), v128.load(meanFour + at));
    const scale = f32x4.mul(v128.load32_splat(scaleOne + at), v128.load(scaleFour + at));
    const raw = f32x4.mul(f32x4.sub(f32x4.mul(sum, unit), centre), scale);
    const rho = f32x4.pmax(least, f32x4.pmin(most, raw));
    beyond = i32x4.sub(beyond, f32x4.gt(f32x4.abs(rho), bar));
    v128.store(values + at, rho);
  }
  return beyond;
}

// @ts-ignore: decorator
@inline
function standardDeviation(values: usize, partial: usize, resamples: i32): v128 {
  for (let lane = 0; lane < LANES; lane++) {
    let sum = f32x4.splat(0);
    for (let b = lane; b < resamples; b += LANES) sum = f32x4.add(sum, v128.load(values + (<usize>b << 4)));
    v128.store(partial + (<usize>lane << 4), sum);
  }
  const mean = f32x4.mul(joined(partial), f32x4.splat(<f32>1 / <f32>resamples));
  for (let lane = 0; lane < LANES; lane++) {
    let sum = f32x4.splat(0);
    for (let b = lane; b < resamples; b += LANES) {
      const deviation = f32x4.sub(v128.load(values + (<usize>b << 4)), mean);
      sum = f32x4.add(sum, f32x4.mul(deviation, deviation));
    }
    v128.store(partial + (<usize>lane << 4), sum);
  }
  return f32x4.sqrt(f32x4.mul(joined(partial), f32x4.splat(<f32>(1.0 / <f64>(resamples - 1)))));
}

/** The sum of 64 partial sums, by halves. */
// @ts-ignore: decorator
@inline
function joined(partial: usize): v128 {
  for (let half = LANES >> 1; half > 0; half >>= 1) {
    for (let lane = 0; lane < half; lane++) {
      const at = partial + (<usize>lane << 4);
      v128.store(at, f32x4.add(v128.load(at), v128.load(at + (<usize>half << 4))));
    }
  }
  return v128.load(partial);
}

// @ts-ignore: decorator
@inline
function between(sorted: usize, at: i32, fraction: f32): v128 {
  const low = v128.load(sorted + (<usize>at << 4));
  const step = f32x4.sub(v128.load(sorted + (<usize>at << 4), 16), low);
  return f32x4.add(low, f32x4.mul(step, f32x4.splat(fraction)));
}

/** Four figures of four pairs to four pairs of four figures; those on or below the diagonal are not written. */
// @ts-ignore: decorator
@inline
function put(out: usize, row: i32, first: i32, n: i32, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  putPair(out, row, first, n, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  putPair(out, row, first + 1, n, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  putPair(out, row, first + 2, n, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  putPair(out, row, first + 3, n, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

// @ts-ignore: decorator
@inline
function putPair(out: usize, row: i32, column: i32, n: i32, figures: v128): void {
  if (column > row && column < n) v128.store(out + (<usize>(column - row - 1) << 4), figures);
}

// --- a bitonic network over vectors, each lane for itself; count a power of two, at least 8 --------

function sort(values: usize, count: i32): void {
  const end = values + (<usize>count << 4);
  for (let at = values; at < end; at += 128) sortEight(at);
  for (let size: usize = 256; size <= <usize>count << 4; size <<= 1) {
    // The second half of each block runs down as the first runs up: their mirror images are compared.
    for (let base = values; base < end; base += size) {
      let a = base;
      let b = base + size - 16;
      while (a < b) {
        exchange(a, b);
        a += 16;
        b -= 16;
      }
    }
    for (let step = size >> 2; step >= 128; step >>= 1) {
      for (let base = values; base < end; base += step << 1) {
        for (let at = base; at < base + step; at += 16) exchange(at, at + step);
      }
    }
    for (let at = values; at < end; at += 128) mergeEight(at);
  }
}

// @ts-ignore: decorator
@inline
function exchange(a: usize, b: usize): void {
  const x = v128.load(a);
  const y = v128.load(b);
  v128.store(a, f32x4.pmin(x, y));
  v128.store(b, f32x4.pmax(x, y));
}

/** The 19 exchanges that sort eight vectors (Knuth, The Art of Computer Programming 3, 5.3.4). */
function sortEight(at: usize): void {
  let x0 = v128.load(at);
  let x1 = v128.load(at, 16);
  let x2 = v128.load(at, 32);
  let x3 = v128.load(at, 48);
  let x4 = v128.load(at, 64);
  let x5 = v128.load(at, 80);
  let x6 = v128.load(at, 96);
  let x7 = v128.load(at, 112);
  let low: v128;
  low = f32x4.pmin(x0, x2);
  x2 = f32x4.pmax(x0, x2);
  x0 = low;
  low = f32x4.pmin(x1, x3);
  x3 = f32x4.pmax(x1, x3);
  x1 = low;
  low = f32x4.pmin(x4, x6);
  x6 = f32x4.pmax(x4, x6);
  x4 = low;
  low = f32x4.pmin(x5, x7);
  x7 = f32x4.pmax(x5, x7);
  x5 = low;
  low = f32x4.pmin(x0, x4);
  x4 = f32x4.pmax(x0, x4);
  x0 = low;
  low = f32x4.pmin(x1, x5);
  x5 = f32x4.pmax(x1, x5);
  x1 = low;
  low = f32x4.pmin(x2, x6);
  x6 = f32x4.pmax(x2, x6);
  x2 = low;
  low = f32x4.pmin(x3, x7);
  x7 = f32x4.pmax(x3, x7);
  x3 = low;
  low = f32x4.pmin(x0, x1);
  x1 = f32x4.pmax(x0, x1);
  x0 = low;
  low = f32x4.pmin(x2, x3);
  x3 = f32x4.pmax(x2, x3);
  x2 = low;
  low = f32x4.pmin(x4, x5);
  x5 = f32x4.pmax(x4, x5);
  x4 = low;
  low = f32x4.pmin(x6, x7);
  x7 = f32x4.pmax(x6, x7);
  x6 = low;
  low = f32x4.pmin(x2, x4);
  x4 = f32x4.pmax(x2, x4);
  x2 = low;
  low = f32x4.pmin(x3, x5);
  x5 = f32x4.pmax(x3, x5);
  x3 = low;
  low = f32x4.pmin(x1, x4);
  x4 = f32x4.pmax(x1, x4);
  x1 = low;
  low = f32x4.pmin(x3, x6);
  x6 = f32x4.pmax(x3, x6);
  x3 = low;
  low = f32x4.pmin(x1, x2);
  x2 = f32x4.pmax(x1, x2);
  x1 = low;
  low = f32x4.pmin(x3, x4);
  x4 = f32x4.pmax(x3, x4);
  x3 = low;
  low = f32x4.pmin(x5, x6);
  x6 = f32x4.pmax(x5, x6);
  x5 = low;
  v128.store(at, x0);
  v128.store(at, x1, 16);
  v128.store(at, x2, 32);
  v128.store(at, x3, 48);
  v128.store(at, x4, 64);
  v128.store(at, x5, 80);
  v128.store(at, x6, 96);
  v128.store(at, x7, 112);
}

/** The last three steps of a merge, in registers. */
function mergeEight(at: usize): void {
  let x0 = v128.load(at);
  let x1 = v128.load(at, 16);
  let x2 = v128.load(at, 32);
  let x3 = v128.load(at, 48);
  let x4 = v128.load(at, 64);
  let x5 = v128.load(at, 80);
  let x6 = v128.load(at, 96);
  let x7 = v128.load(at, 112);
  let low: v128;
  low = f32x4.pmin(x0, x4);
  x4 = f32x4.pmax(x0, x4);
  x0 = low;
  low = f32x4.pmin(x1, x5);
  x5 = f32x4.pmax(x1, x5);
  x1 = low;
  low = f32x4.pmin(x2, x6);
  x6 = f32x4.pmax(x2, x6);
  x2 = low;
  low = f32x4.pmin(x3, x7);
  x7 = f32x4.pmax(x3, x7);
  x3 = low;
  low = f32x4.pmin(x0, x2);
  x2 = f32x4.pmax(x0, x2);
  x0 = low;
  low = f32x4.pmin(x1, x3);
  x3 = f32x4.pmax(x1, x3);
  x1 = low;
  low = f32x4.pmin(x4, x6);
  x6 = f32x4.pmax(x4, x6);
  x4 = low;
  low = f32x4.pmin(x5, x7);
  x7 = f32x4.pmax(x5, x7);
  x5 = low;
  low = f32x4.pmin(x0, x1);
  x1 = f32x4.pmax(x0, x1);
  x0 = low;
  low = f32x4.pmin(x2, x3);
  x3 = f32x4.pmax(x2, x3);
  x2 = low;
  low = f32x4.pmin(x4, x5);
  x5 = f32x4.pmax(x4, x5);
  x4 = low;
  low = f32x4.pmin(x6, x7);
  x7 = f32x4.pmax(x6, x7);
  x6 = low;
  v128.store(at, x0);
  v128.store(at, x1, 16);
  v128.store(at, x2, 32);
  v128.store(at, x3, 48);
  v128.store(at, x4, 64);
  v128.store(at, x5, 80);
  v128.store(at, x6, 96);
  v128.store(at, x7, 112);
}
