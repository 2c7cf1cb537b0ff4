// AssemblyScript: the WASM SIMD twin of the p-bit sampler, sixteen chains at a time. The host owns the
// memory's layout and passes byte offsets; states are rows of 32 chains a word, a row a spin.
//
// A spin's field has one value for each pattern of its neighbours, so the host tabulates it: for up to
// eight neighbours the threshold itself (256 words a spin), for more the sum of each eight (2 × 256),
// and the threshold is then taken from the shared table. Both give the integers of threshold.ts.
import { M0, M1, ROUNDS, WEYL0, WEYL1, highWords, lowWords } from '../../lib/assembly/philox';

const REACH: i32 = 524288;
const STEP_BITS: i32 = 8;

/** A row of the schedule, in the order of updates: i32 words spin, neighbours, pattern table, then sixteen neighbours. */
const ROW: usize = 19 * 4;

/** Updates every spin of every chain `count` times, from sweep number `first`. */
export function sweep(
  rows: usize,
  tables: usize,
  spins: i32,
  states: usize,
  words: i32,
  thresholds: usize,
  seed0: i32,
  seed1: i32,
  stream: i32,
  first: i32,
  count: i32,
): void {
  // Counted from 0: a sweep's number wraps at 2³², as Philox's counter does.
  for (let done = 0; done < count; done++) {
    for (let at = 0; at < spins; at++) {
      update(rows + <usize>at * ROW, tables, states, words, thresholds, seed0, seed1, stream, first + done);
    }
  }
}

function update(
  row: usize,
  tables: usize,
  states: usize,
  words: i32,
  thresholds: usize,
  seed0: i32,
  seed1: i32,
  stream: i32,
  number: i32,
): void {
  const spin = load<i32>(row);
  const degree = load<i32>(row, 4);
  const table = tables + <usize>load<i32>(row, 8);
  const neighbours = row + 12;
  const rowBytes = <usize>words << 2;
  const own = states + <usize>spin * rowBytes;
  for (let at: usize = 0, group = 0; at < rowBytes; at += 2, group += 4) {
    // A block of Philox to four chains: lane l draws for chains 4l … 4l + 3 of the sixteen.
    let c0 = i32x4.splat(number);
    let c1 = i32x4.splat(spin);
    let c2 = i32x4.add(i32x4.splat(group), i32x4(0, 1, 2, 3));
    let c3 = i32x4.splat(stream);
    let k0 = seed0;
    let k1 = seed1;
    for (let round = 0; round < ROUNDS; round++) {
      const a = i64x2.extmul_low_i32x4_u(c0, i32x4.splat(M0));
      const b = i64x2.extmul_high_i32x4_u(c0, i32x4.splat(M0));
      const c = i64x2.extmul_low_i32x4_u(c2, i32x4.splat(M1));
      const d = i64x2.extmul_high_i32x4_u(c2, i32x4.splat(M1));
      c0 = v128.xor(v128.xor(highWords(c, d), c1), i32x4.splat(k0));
      c2 = v128.xor(v128.xor(highWords(a, b), c3), i32x4.splat(k1));
      c1 = lowWords(c, d);
      c3 = lowWords(a, b);
      k0 += WEYL0;
      k1 += WEYL1;
    }
    const low = pattern(states, rowBytes, at, neighbours, min(degree, 8));
    let up: v128;
    if (degree <= 8) {
      up = below(c0, gather(table, low, 0), 0);
      up = v128.or(up, below(c1, gather(table, low, 1), 1));
      up = v128.or(up, below(c2, gather(table, low, 2), 2));
      up = v128.or(up, below(c3, gather(table, low, 3), 3));
    } else {
      const high = pattern(states, rowBytes, at, neighbours + 32, degree - 8);
      up = below(c0, threshold(thresholds, table, low, high, 0), 0);
      up = v128.or(up, below(c1, threshold(thresholds, table, low, high, 1), 1));
      up = v128.or(up, below(c2, threshold(thresholds, table, low, high, 2), 2));
      up = v128.or(up, below(c3, threshold(thresholds, table, low, high, 3), 3));
    }
    store<u16>(own + at, <u16>i8x16.bitmask(up));
  }
}

/** Of sixteen chains, a byte each: bit k is set where neighbour k is up. */
// @ts-ignore: decorator
@inline
function pattern(states: usize, rowBytes: usize, at: usize, neighbours: usize, count: i32): v128 {
  const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  let patterns = i32x4.splat(0);
  let bit = i8x16.splat(1);
  for (let k = 0; k < count; k++) {
    const chains = v128.load16_splat(states + <usize>load<i32>(neighbours + (<usize>k << 2)) * rowBytes + at);
    const spread = i8x16.swizzle(chains, i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
    patterns = v128.or(patterns, v128.and(bit, i8x16.eq(v128.and(spread, each), each)));
    bit = i8x16.add(bit, bit);
  }
  return patterns;
}

/** The table's entries for chains w, 4 + w, 8 + w and 12 + w. */
// @ts-ignore: decorator
@inline
function gather(table: usize, patterns: v128, w: i32): v128 {
  const at = v128.and(i32x4.shl(i32x4.shr_u(patterns, w << 3), 2), i32x4.splat(1020));
  let entries = v128.load32_zero(table + <usize>i32x4.extract_lane(at, 0));
  entries = v128.load32_lane(table + <usize>i32x4.extract_lane(at, 1), entries, 1);
  entries = v128.load32_lane(table + <usize>i32x4.extract_lane(at, 2), entries, 2);
  return v128.load32_lane(table + <usize>i32x4.extract_lane(at, 3), entries, 3);
}

/** `thresholdOf` of threshold.ts for four fields. */
// @ts-ignore: decorator
@inline
function threshold(thresholds: usize, table: usize, low: v128, high: v128, w: i32): v128 {
  const field = i32x4.add(gather(table, low, w), gather(table + 1024, high, w));
  const held = i32x4.max_s(i32x4.splat(-REACH), i32x4.min_s(i32x4.splat(REACH), field));
  const at = i32x4.shl(i32x4.shr_u(i32x4.add(held, i32x4.splat(REACH)), STEP_BITS), 2);
  const a = thresholds + <usize>i32x4.extract_lane(at, 0);
  const b = thresholds + <usize>i32x4.extract_lane(at, 1);
  const c = thresholds + <usize>i32x4.extract_lane(at, 2);
  const d = thresholds + <usize>i32x4.extract_lane(at, 3);
  let base = v128.load32_zero(a);
  base = v128.load32_lane(b, base, 1);
  base = v128.load32_lane(c, base, 2);
  base = v128.load32_lane(d, base, 3);
  let next = v128.load32_zero(a, 4);
  next = v128.load32_lane(b, next, 1, 4);
  next = v128.load32_lane(c, next, 2, 4);
  next = v128.load32_lane(d, next, 3, 4);
  const part = i32x4.mul(i32x4.sub(next, base), v128.and(held, i32x4.splat(255)));
  return i32x4.add(base, i32x4.shr_u(part, STEP_BITS));
}

/** All ones in byte w of the lanes whose word is below the threshold: chains 4l + w in their order. */
// @ts-ignore: decorator
@inline
function below(words: v128, bounds: v128, w: i32): v128 {
  return v128.and(i32x4.lt_u(words, bounds), i32x4.splat(0xff << (w << 3)));
}

/** Adds, pair by pair, the chains of each of the eight blocks whose two spins differ. */
export function countPairs(states: usize, spins: i32, words: i32, counts: usize): void {
  const rowBytes = <usize>words << 2;
  for (let j = 1; j < spins; j++) {
    const b = states + <usize>j * rowBytes;
    for (let i = 0; i < j; i++) {
      const a = states + <usize>i * rowBytes;
      let first = v128.load(counts);
      let second = v128.load(counts, 16);
      // Word w is of block w & 7: eight words are one of each block. A byte holds 31 of them.
      for (let from: usize = 0; from < rowBytes; from += 31 * 32) {
        const end = min(from + 31 * 32, rowBytes);
        let low = i8x16.splat(0);
        let high = i8x16.splat(0);
        for (let at = from; at < end; at += 32) {
          low = i8x16.add(low, i8x16.popcnt(v128.xor(v128.load(a + at), v128.load(b + at))));
          high = i8x16.add(high, i8x16.popcnt(v128.xor(v128.load(a + at, 16), v128.load(b + at, 16))));
        }
        first = i32x4.add(first, sumBytes(low));
        second = i32x4.add(second, sumBytes(high));
      }
      v128.store(counts, first);
      v128.store(counts, second, 16);
      counts += 32;
    }
  }
}

// @ts-ignore: decorator
@inline
function sumBytes(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
}
