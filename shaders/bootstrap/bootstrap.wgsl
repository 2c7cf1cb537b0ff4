// Block bootstrap of correlations, a workgroup of 64 threads for a pair (cpu.ts says why the prefix
// sums are integers, resampling.ts how the operands are laid out). Every f32 step is the one the
// twins take, in their order: the same bits where nothing is fused.

const LANES = 64u;
const MOST_A_LANE = 16u;         // 1,024 resamples
const UNIT = 9.313225746154785e-10f;  // 2⁻³⁰
const PER_UNIT = 1073741824.0f;

struct Shape {
  n: u32,
  t: u32,          // samples, at most 4,096
  resamples: u32,  // a power of two, 64 … 1,024
  first_row: u32,  // of this dispatch
  first_pair: u32, // pairs before that row
  low: u32,
  high: u32,
  low_fraction: f32,
  high_fraction: f32,
  threshold: f32,
  mean_of: f32,     // 1 / resamples
  variance_of: f32, // 1 / (resamples − 1)
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> runs: array<vec2u>;
@group(0) @binding(4) var<storage, read> moments: array<vec2f>; // mean, scale of [row][resample]
@group(0) @binding(5) var<storage, read_write> pairs: array<vec4f>;

// All of the 16 KiB that every device has: prefix sums of at most 4,096 samples (that of none is
// implied), afterwards partial sums, at last the resamples while they are sorted.
var<workgroup> memory: array<i32, 4096>;

@compute @workgroup_size(64)
fn bootstrap(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = shape.first_row + group.y;
  let j = i + 1u + group.x;
  if (j >= shape.n) { return; }
  product_sums(lane, i * shape.t, j * shape.t);

  var rhos: array<f32, MOST_A_LANE>;
  let mine = shape.resamples / LANES;
  var sum = 0.0f;
  var beyond = 0.0f;
  for (var k = 0u; k < mine; k++) {
    let rho = resample(k * LANES + lane, i * shape.resamples, j * shape.resamples);
    rhos[k] = rho;
    sum += rho;
    beyond += select(0.0f, 1.0f, abs(rho) > shape.threshold);
  }
  workgroupBarrier();
  let exceeds = joined(lane, beyond) * shape.mean_of;
  let mean = joined(lane, sum) * shape.mean_of;
  var squares = 0.0f;
  for (var k = 0u; k < mine; k++) {
    let deviation = rhos[k] - mean;
    squares += deviation * deviation;
  }
  let deviation = sqrt(joined(lane, squares) * shape.variance_of);

  for (var k = 0u; k < mine; k++) { memory[k * LANES + lane] = bitcast<i32>(rhos[k]); }
  workgroupBarrier();
  sort(lane);
  if (lane == 0u) {
    let pair = i * (shape.n - 1u) - i * (i - min(i, 1u)) / 2u - shape.first_pair + group.x;
    let low = between(shape.low, shape.low_fraction);
    let high = between(shape.high, shape.high_fraction);
    pairs[pair] = vec4f(low, high, exceeds, deviation);
  }
}

// memory[k] = Σ_{s ≤ k} z_i z_j in units of 2⁻³⁰: each lane a stretch, then what came before it.
fn product_sums(lane: u32, row: u32, column: u32) {
  for (var k = lane; k < shape.t; k += LANES) {
    memory[k] = i32(round(rows[row + k] * rows[column + k] * PER_UNIT));
  }
  workgroupBarrier();
  // At least one: a stretch of none would never come to an end.
  let stretch = max((shape.t + LANES - 1u) / LANES, 1u);
  let start = min(lane * stretch, shape.t);
  let end = min(start + stretch, shape.t);
  for (var k = start + 1u; k < end; k++) { memory[k] += memory[k - 1u]; }
  workgroupBarrier();
  var before = 0;
  for (var stop = stretch; stop <= start; stop += stretch) { before += memory[stop - 1u]; }
  workgroupBarrier();
  for (var k = start; k < end; k++) { memory[k] += before; }
  workgroupBarrier();
}

fn sum_before(k: u32) -> i32 {
  return select(memory[max(k, 1u) - 1u], 0, k == 0u);
}

// ρ in resample b; row and column: where the moments of the two begin.
fn resample(b: u32, row: u32, column: u32) -> f32 {
  var sum = 0.0f;
  for (var run = offsets[b]; run < offsets[b + 1u]; run++) {
    sum += f32(sum_before(runs[run].y) - sum_before(runs[run].x));
  }
  let one = moments[row + b];
  let other = moments[column + b];
  let rho = (sum * UNIT - one.x * other.x) * (one.y * other.y);
  return max(-1.0f, min(1.0f, rho));
}

// The sum over all lanes, by halves.
fn joined(lane: u32, value: f32) -> f32 {
  memory[lane] = bitcast<i32>(value);
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      memory[lane] = bitcast<i32>(bitcast<f32>(memory[lane]) + bitcast<f32>(memory[lane + half]));
    }
    workgroupBarrier();
  }
  let sum = bitcast<f32>(memory[0]);
  workgroupBarrier();
  return sum;
}

// A bitonic network: in the first step of a merge each compares with its mirror image.
fn sort(lane: u32) {
  for (var size = 2u; size <= shape.resamples; size *= 2u) {
    for (var step = size / 2u; step > 0u; step /= 2u) {
      for (var k = lane; k < shape.resamples / 2u; k += LANES) {
        let base = k / step * step * 2u;
        let within = k % step;
        let low = base + within;
        exchange(low, select(low + step, base + size - 1u - within, step * 2u == size));
      }
      workgroupBarrier();
    }
  }
}

fn exchange(a: u32, b: u32) {
  let x = bitcast<f32>(memory[a]);
  let y = bitcast<f32>(memory[b]);
  memory[a] = bitcast<i32>(min(x, y));
  memory[b] = bitcast<i32>(max(x, y));
}

fn between(at: u32, fraction: f32) -> f32 {
  let low = bitcast<f32>(memory[at]);
  let step = bitcast<f32>(memory[at + 1u]) - low;
  return low + step * fraction;
}
