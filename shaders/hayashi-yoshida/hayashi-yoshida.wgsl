// Hayashi–Yoshida correlations, a workgroup of 64 threads for a pair (cpu.ts says what is summed,
// ticks.ts how ticks are laid out). Every f32 step is the one the twins take, in their order: the
// same bits where nothing is fused.

const LANES = 64u;
const CHUNK = 64u;

struct Shape {
  n: u32,
  first_row: u32,  // of this dispatch
  first_pair: u32, // pairs before that row
  unused: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> times: array<u32>;
@group(0) @binding(3) var<storage, read> log_prices: array<i32>;
@group(0) @binding(4) var<storage, read> scales: array<f32>;
@group(0) @binding(5) var<storage, read_write> pairs: array<vec2f>;

var<workgroup> sums: array<vec2f, 64>;

@compute @workgroup_size(64)
fn correlate(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = shape.first_row + group.y;
  let j = i + 1u + group.x;
  if (j >= shape.n) { return; }
  let fewer = count(j) < count(i);
  let one = select(i, j, fewer);
  let other = select(j, i, fewer);

  let returns = max(count(one), 1u) - 1u;
  let stretch = (returns + LANES - 1u) / LANES;
  let first = min(lane * stretch, returns);
  sums[lane] = sum_stretch(one, other, first, min(first + stretch, returns));
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) { sums[lane] = sums[lane] + sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) {
    let pair = i * (shape.n - 1u) - i * (i - min(i, 1u)) / 2u - shape.first_pair + group.x;
    pairs[pair] = vec2f(sums[0].x * scales[one] * scales[other], sums[0].y);
  }
}

fn count(i: u32) -> u32 {
  return offsets[i + 1u] - offsets[i];
}

// The terms of returns first … end − 1 of `one`, and how many of them overlap returns of `other`.
fn sum_stretch(one: u32, other: u32, first: u32, end: u32) -> vec2f {
  if (first >= end) { return vec2f(); }
  let base = offsets[one];
  let start = offsets[other];
  let stop = offsets[other + 1u];
  var total = 0.0f;
  var partial = 0.0f;
  var overlaps = 0.0f;
  var time = times[base + first];
  var next = first_not_before(start, stop, time);
  for (var k = first; k < end; k++) {
    let same = times[min(next, stop - 1u)] == time && next < stop;
    let origin = select(max(next, start + 1u) - 1u, next, same);
    time = times[base + k + 1u];
    while (next < stop) {
      if (times[next] >= time) { break; }
      next++;
    }
    let target_tick = min(next, stop - 1u);
    let moved = f32(log_prices[base + k + 1u] - log_prices[base + k]);
    let met = f32(log_prices[target_tick] - log_prices[origin]);
    partial = partial + moved * met;
    overlaps += select(0.0f, 1.0f, target_tick > origin);
    if ((k - first) % CHUNK == CHUNK - 1u) {
      total = total + partial;
      partial = 0.0f;
    }
  }
  return vec2f(total + partial, overlaps);
}

fn first_not_before(start: u32, stop: u32, time: u32) -> u32 {
  var low = start;
  var high = stop;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (times[middle] < time) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}
