// AssemblyScript: the WASM twin of hayashi-yoshida.wgsl. The host owns the memory's layout and passes
// byte offsets. Every f32 step is the one that cpu.ts takes, in the same order: the same bits.

const LANES: i32 = 64;
const CHUNK: i32 = 64;

/**
 * The pairs (row, j), row < j < n: raw ρ and overlaps, 8 bytes a pair from `out` on. `sums` has room
 * for 64 f32.
 */
export function correlateRow(
  offsets: usize,
  times: usize,
  logPrices: usize,
  scales: usize,
  sums: usize,
  out: usize,
  row: i32,
  n: i32,
): void {
  for (let j = row + 1; j < n; j++) {
    let one = row;
    let other = j;
    if (count(offsets, j) < count(offsets, row)) {
      one = j;
      other = row;
    }
    const returns = count(offsets, one) - 1;
    let rho: f32 = 0;
    let overlaps = 0;
    if (returns >= 1) {
      const stretch = (returns + LANES - 1) / LANES;
      for (let lane = 0; lane < LANES; lane++) {
        const first = min(lane * stretch, returns);
        const end = min(first + stretch, returns);
        overlaps += sumStretch(offsets, times, logPrices, one, other, first, end, sums + (<usize>lane << 2));
      }
      for (let half = LANES >> 1; half > 0; half >>= 1) {
        for (let lane = 0; lane < half; lane++) {
          const at = sums + (<usize>lane << 2);
          store<f32>(at, load<f32>(at) + load<f32>(at + (<usize>half << 2)));
        }
      }
      rho = load<f32>(sums) * load<f32>(scales + (<usize>one << 2)) * load<f32>(scales + (<usize>other << 2));
    }
    store<f32>(out, rho);
    store<f32>(out, <f32>overlaps, 4);
    out += 8;
  }
}

// @ts-ignore: decorator
@inline
function count(offsets: usize, i: i32): i32 {
  const at = offsets + (<usize>i << 2);
  return load<i32>(at, 4) - load<i32>(at);
}

/** Sums the terms of returns first … end − 1 of `one` into `sum`; how many overlap returns of `other`. */
function sumStretch(
  offsets: usize,
  times: usize,
  logPrices: usize,
  one: i32,
  other: i32,
  first: i32,
  end: i32,
  sum: usize,
): i32 {
  const start = load<i32>(offsets + (<usize>other << 2));
  const stop = load<i32>(offsets + (<usize>other << 2), 4);
  let at = <usize>(load<i32>(offsets + (<usize>one << 2)) + first) << 2;
  let total: f32 = 0;
  let partial: f32 = 0;
  let overlaps = 0;
  let time = first < end ? load<u32>(times + at) : 0;
  let next = first < end ? firstNotBefore(times, start, stop, time) : stop;
  for (let k = first; k < end; k++) {
    const same = next < stop && load<u32>(times + (<usize>next << 2)) == time;
    const from = same ? next : max(next, start + 1) - 1;
    time = load<u32>(times + at, 4);
    while (next < stop && load<u32>(times + (<usize>next << 2)) < time) next++;
    const to = min(next, stop - 1);
    const moved = <f32>(load<i32>(logPrices + at, 4) - load<i32>(logPrices + at));
    const met = <f32>(load<i32>(logPrices + (<usize>to << 2)) - load<i32>(logPrices + (<usize>from << 2)));
    partial += moved * met;
    overlaps += i32(to > from);
    if ((k - first) % CHUNK == CHUNK - 1) {
      total += partial;
      partial = 0;
    }
    at += 4;
  }
  store<f32>(sum, total + partial);
  return overlaps;
}

function firstNotBefore(times: usize, start: i32, stop: i32, time: u32): i32 {
  let low = start;
  let high = stop;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(times + (<usize>middle << 2)) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
