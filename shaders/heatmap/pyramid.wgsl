// The twin of pyramid.ts: keys of the cells as they are shown, then the largest of each 2 × 2 blocks
// below. A word holds the keys of two neighbours in a row, the left one in its lower half.

const LEVELS = 1024;
const DIAGONAL = 1u;
const FIRM = 1025u;

struct Shape {
  n: u32,
  side: u32,         // of the level that is made
  words: u32,        // a row of it
  offset: u32,       // word with which it begins
  below_side: u32,
  below_words: u32,
  below_offset: u32,
  has_faint: u32,
  first: u32,        // workgroup with which this dispatch begins
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> matrix: array<f32>;
@group(0) @binding(2) var<storage, read> invalid: array<u32>;
@group(0) @binding(3) var<storage, read> faint: array<u32>;
@group(0) @binding(4) var<storage, read> order: array<u32>;
@group(0) @binding(5) var<storage, read_write> keys: array<u32>;

fn key_at(r: u32, c: u32) -> u32 {
  if (c >= shape.n) { return 0u; }
  let i = order[r];
  let j = order[c];
  let word = i * ((shape.n + 31u) / 32u) + j / 32u;
  let bit = 1u << (j % 32u);
  if ((invalid[word] & bit) != 0u) { return 0u; }
  if (i == j) { return DIAGONAL; }
  // Exact: a product by a power of two, then truncated.
  let level = clamp(i32(matrix[i * shape.n + j] * 1024.0), -LEVELS, LEVELS);
  let firm = select(FIRM, 0u, shape.has_faint != 0u && (faint[word] & bit) != 0u);
  return 2u * (1u + u32(abs(level)) + firm) + select(1u, 0u, level < 0);
}

@compute @workgroup_size(64)
fn cells(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (shape.first + group.x) * 64u + local;
  let r = at / shape.words;
  if (r >= shape.side) { return; }
  let c = 2u * (at % shape.words);
  keys[shape.offset + at] = key_at(r, c) | (key_at(r, c + 1u) << 16u);
}

// The larger of the two keys of a word.
fn larger(r: u32, word: u32) -> u32 {
  if (r >= shape.below_side || word >= shape.below_words) { return 0u; }
  let pair = keys[shape.below_offset + r * shape.below_words + word];
  return max(pair & 0xffffu, pair >> 16u);
}

@compute @workgroup_size(64)
fn blocks(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (shape.first + group.x) * 64u + local;
  let r = at / shape.words;
  if (r >= shape.side) { return; }
  let c = 2u * (at % shape.words);
  let left = max(larger(2u * r, c), larger(2u * r + 1u, c));
  let right = max(larger(2u * r, c + 1u), larger(2u * r + 1u, c + 1u));
  keys[shape.offset + at] = left | (right << 16u);
}
