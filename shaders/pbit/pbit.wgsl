// p-bit network: Gibbs updates of all spins of one colour, a thread for 32 chains of a spin. Integers
// only, so every device has the bits of the TypeScript twin (cpu.ts). lib/philox.wgsl stands before it.

const REACH = 524288;
const BLOCKS = 8u;

struct Shape {
  n: u32,     // spins
  words: u32, // of 32 chains
  seed: vec2u,
  stream: u32,
  unused: u32,
}

struct Colour {
  first: u32, // of its rows
  count: u32,
}

// A spin, in the order of updates.
struct Row {
  spin: u32,
  first: u32, // of its edges
  end: u32,
  field: i32, // h, Q16
}

struct Edge {
  neighbour: u32,
  coupling: i32, // J, Q16
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> colour: Colour;
@group(0) @binding(2) var<storage, read> rows: array<Row>;
@group(0) @binding(3) var<storage, read> edges: array<Edge>;
@group(0) @binding(4) var<storage, read> thresholds: array<u32>;
@group(0) @binding(5) var<storage, read_write> spins: array<u32>;  // n × words
@group(0) @binding(6) var<storage, read_write> sweeps: array<u32>; // [0]: made so far
@group(0) @binding(7) var<storage, read_write> differing: array<u32>;

fn threshold_of(field: i32) -> u32 {
  let held = clamp(field, -REACH, REACH);
  let at = u32(held + REACH) >> 8u;
  let low = thresholds[at];
  return low + (((thresholds[at + 1u] - low) * (u32(held) & 255u)) >> 8u);
}

@compute @workgroup_size(64)
fn update(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= colour.count * shape.words) { return; }
  let row = rows[colour.first + id.x / shape.words];
  let word = id.x % shape.words;
  var up = 0u;
  for (var group = 0u; group < 8u; group++) {
    let bit = vec4u(0u, 1u, 2u, 3u) + vec4u(group * 4u);
    var field = vec4i(row.field);
    for (var e = row.first; e < row.end; e++) {
      let edge = edges[e];
      let ones = (vec4u(spins[edge.neighbour * shape.words + word]) >> bit) & vec4u(1u);
      field += edge.coupling * (2 * vec4i(ones) - vec4i(1));
    }
    let drawn = philox4x32(vec4u(sweeps[0], row.spin, word * 8u + group, shape.stream), shape.seed);
    let bounds = vec4u(
      threshold_of(field.x), threshold_of(field.y), threshold_of(field.z), threshold_of(field.w),
    );
    let wins = select(vec4u(0u), vec4u(1u) << bit, drawn < bounds);
    up |= wins.x | wins.y | wins.z | wins.w;
  }
  spins[row.spin * shape.words + word] = up;
}

// After the last colour of a sweep.
@compute @workgroup_size(1)
fn advance() {
  sweeps[0] += 1u;
}

// A thread a pair: adds the chains of each block whose two spins differ. Word w is of block w & 7.
@compute @workgroup_size(64)
fn count_pairs(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let j = id.y;
  if (i >= j || j >= shape.n) { return; }
  let pair = (j * (j - 1u) / 2u + i) * BLOCKS;
  for (var block = 0u; block < BLOCKS; block++) {
    var apart = 0u;
    for (var word = block; word < shape.words; word += BLOCKS) {
      apart += countOneBits(spins[i * shape.words + word] ^ spins[j * shape.words + word]);
    }
    differing[pair + block] += apart;
  }
}
