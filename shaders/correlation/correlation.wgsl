// Correlation as a product of standardised returns (panel.ts says how they are laid out).
//
// Every sum is multiply, then add, in the order of t, CHUNK samples to a partial sum that then
// joins the total. That bounds the rounding without compensated sums, which a compiler may
// reassociate away, and gives the bits of the WASM twin where nothing is fused.

const CHUNK = 64u;
const MIN_SAMPLES = 30u;
const FLAT = 1e-4f;

struct Shape {
  n: u32,         // instruments
  n_pad: u32,     // columns of an operand, a multiple of 128
  t_pad: u32,     // rows of an operand, a multiple of 16
  tiles: u32,     // tiles a side
  symmetric: u32, // 1: left = right, only tiles on and above the diagonal, mirrored
  words: u32,     // words of validity bits a row
  samples: u32,
  first: u32,     // workgroup that this dispatch begins with: long ones are done in slices
}

@group(0) @binding(0) var<uniform> shape: Shape;

// --- products: out[i][j] = Σ_t left[t][i] · right[t][j], all of them rows of vec4 -----------------

@group(0) @binding(1) var<storage, read> left: array<vec4f>;
@group(0) @binding(2) var<storage, read> right: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

// Row and column of the tile with this number: row by row, of the triangle or of the square.
fn tile_at(number: u32) -> vec2u {
  if (shape.symmetric == 0u) {
    return vec2u(number / shape.tiles, number % shape.tiles);
  }
  let side = 2.0 * f32(shape.tiles) + 1.0;
  var row = u32(max(0.0, floor((side - sqrt(side * side - 8.0 * f32(number))) * 0.5)));
  // The root is only nearly right: settle it in integers.
  while (row > 0u && tiles_before(row) > number) { row -= 1u; }
  while (tiles_before(row + 1u) <= number) { row += 1u; }
  return vec2u(row, row + number - tiles_before(row));
}

fn tiles_before(row: u32) -> u32 {
  return row * shape.tiles - row * (row - min(row, 1u)) / 2u;
}

// A block of four rows by four columns, at row and column counted in fours.
fn store_block(row: u32, column: u32, mirrored: bool, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  let stride = shape.n_pad / 4u;
  let at = row * 4u * stride + column;
  out[at] = a;
  out[at + stride] = b;
  out[at + 2u * stride] = c;
  out[at + 3u * stride] = d;
  if (mirrored) {
    let mirror = column * 4u * stride + row;
    out[mirror] = vec4f(a.x, b.x, c.x, d.x);
    out[mirror + stride] = vec4f(a.y, b.y, c.y, d.y);
    out[mirror + 2u * stride] = vec4f(a.z, b.z, c.z, d.z);
    out[mirror + 3u * stride] = vec4f(a.w, b.w, c.w, d.w);
  }
}

// sum + x·y + next_x·next_y, in this order. By components, because SwiftShader's compiler has registers for one
// running sum but not for four.
fn two_samples(sum: vec4f, x: f32, y: vec4f, next_x: f32, next_y: vec4f) -> vec4f {
  return vec4f(
    (sum.x + x * y.x) + next_x * next_y.x,
    (sum.y + x * y.y) + next_x * next_y.y,
    (sum.z + x * y.z) + next_x * next_y.z,
    (sum.w + x * y.w) + next_x * next_y.w,
  );
}

// Software adapters: tiles of 32, eight by eight a thread, no workgroup memory (barriers cost most there,
// then loads, whose bounds are checked lane by lane; wider blocks and more samples a turn would save loads, but
// their code leaves the processor's cache). Written out, because an index that is not a constant would put the
// sums into memory.
@compute @workgroup_size(4, 4)
fn product_registers(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = tile_at(group.x + shape.first);
  let row = tile.x * 8u + local.y * 2u;
  let column = tile.y * 8u + local.x * 2u;
  let stride = shape.n_pad / 4u;
  var total: array<vec4f, 16>; // eight rows of two vec4
  for (var start = 0u; start < shape.t_pad; start += CHUNK) {
    // Zeros by name: SwiftShader clears a variable that has no initialiser only once a call.
    var partial = array<vec4f, 16>();
    let end = min(start + CHUNK, shape.t_pad) * stride;
    for (var k = start * stride; k < end; k += 2u * stride) {
      let x0 = left[k + row];
      let x1 = left[k + row + 1u];
      let y0 = right[k + column];
      let y1 = right[k + column + 1u];
      let next = k + stride;
      let next_x0 = left[next + row];
      let next_x1 = left[next + row + 1u];
      let next_y0 = right[next + column];
      let next_y1 = right[next + column + 1u];
      partial[0] = two_samples(partial[0], x0.x, y0, next_x0.x, next_y0);
      partial[1] = two_samples(partial[1], x0.x, y1, next_x0.x, next_y1);
      partial[2] = two_samples(partial[2], x0.y, y0, next_x0.y, next_y0);
      partial[3] = two_samples(partial[3], x0.y, y1, next_x0.y, next_y1);
      partial[4] = two_samples(partial[4], x0.z, y0, next_x0.z, next_y0);
      partial[5] = two_samples(partial[5], x0.z, y1, next_x0.z, next_y1);
      partial[6] = two_samples(partial[6], x0.w, y0, next_x0.w, next_y0);
      partial[7] = two_samples(partial[7], x0.w, y1, next_x0.w, next_y1);
      partial[8] = two_samples(partial[8], x1.x, y0, next_x1.x, next_y0);
      partial[9] = two_samples(partial[9], x1.x, y1, next_x1.x, next_y1);
      partial[10] = two_samples(partial[10], x1.y, y0, next_x1.y, next_y0);
      partial[11] = two_samples(partial[11], x1.y, y1, next_x1.y, next_y1);
      partial[12] = two_samples(partial[12], x1.z, y0, next_x1.z, next_y0);
      partial[13] = two_samples(partial[13], x1.z, y1, next_x1.z, next_y1);
      partial[14] = two_samples(partial[14], x1.w, y0, next_x1.w, next_y0);
      partial[15] = two_samples(partial[15], x1.w, y1, next_x1.w, next_y1);
    }
    total[0] = total[0] + partial[0];
    total[1] = total[1] + partial[1];
    total[2] = total[2] + partial[2];
    total[3] = total[3] + partial[3];
    total[4] = total[4] + partial[4];
    total[5] = total[5] + partial[5];
    total[6] = total[6] + partial[6];
    total[7] = total[7] + partial[7];
    total[8] = total[8] + partial[8];
    total[9] = total[9] + partial[9];
    total[10] = total[10] + partial[10];
    total[11] = total[11] + partial[11];
    total[12] = total[12] + partial[12];
    total[13] = total[13] + partial[13];
    total[14] = total[14] + partial[14];
    total[15] = total[15] + partial[15];
  }
  let mirrored = shape.symmetric == 1u && tile.x != tile.y;
  store_block(row, column, mirrored, total[0], total[2], total[4], total[6]);
  store_block(row, column + 1u, mirrored, total[1], total[3], total[5], total[7]);
  store_block(row + 1u, column, mirrored, total[8], total[10], total[12], total[14]);
  store_block(row + 1u, column + 1u, mirrored, total[9], total[11], total[13], total[15]);
}

// Hardware, N < 1024: tiles of 64 through workgroup memory, four by four a thread.
const DEPTH_64 = 16u;
var<workgroup> left_64: array<vec4f, 256>;  // DEPTH_64 rows of 16 vec4
var<workgroup> right_64: array<vec4f, 256>;

@compute @workgroup_size(16, 16)
fn product_tile_64(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = tile_at(group.x + shape.first);
  let stride = shape.n_pad / 4u;
  let slot = local.y * 16u + local.x;
  var total: array<vec4f, 4>;
  var partial: array<vec4f, 4>;
  for (var start = 0u; start < shape.t_pad; start += DEPTH_64) {
    let source = (start + local.y) * stride + local.x;
    left_64[slot] = left[source + tile.x * 16u];
    right_64[slot] = right[source + tile.y * 16u];
    workgroupBarrier();
    for (var k = 0u; k < DEPTH_64; k++) {
      let x = left_64[k * 16u + local.y];
      let y = right_64[k * 16u + local.x];
      partial[0] = partial[0] + x.x * y;
      partial[1] = partial[1] + x.y * y;
      partial[2] = partial[2] + x.z * y;
      partial[3] = partial[3] + x.w * y;
    }
    if ((start + DEPTH_64) % CHUNK == 0u || start + DEPTH_64 == shape.t_pad) {
      for (var r = 0u; r < 4u; r++) {
        total[r] = total[r] + partial[r];
        partial[r] = vec4f();
      }
    }
    workgroupBarrier();
  }
  store_block(
    tile.x * 16u + local.y, tile.y * 16u + local.x, shape.symmetric == 1u && tile.x != tile.y,
    total[0], total[1], total[2], total[3],
  );
}

// Hardware, N ≥ 1024: tiles of 128, eight by eight a thread as two by two blocks 64 apart, so that
// neighbouring threads read neighbouring words.
const DEPTH_128 = 8u;
var<workgroup> left_128: array<vec4f, 256>;  // DEPTH_128 rows of 32 vec4
var<workgroup> right_128: array<vec4f, 256>;

@compute @workgroup_size(16, 16)
fn product_tile_128(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = tile_at(group.x + shape.first);
  let stride = shape.n_pad / 4u;
  let slot = local.y * 16u + local.x;
  var total: array<vec4f, 16>;
  var partial: array<vec4f, 16>;
  for (var start = 0u; start < shape.t_pad; start += DEPTH_128) {
    let source = (start + slot / 32u) * stride + slot % 32u;
    left_128[slot] = left[source + tile.x * 32u];
    right_128[slot] = right[source + tile.y * 32u];
    workgroupBarrier();
    for (var k = 0u; k < DEPTH_128; k++) {
      let y0 = right_128[k * 32u + local.x];
      let y1 = right_128[k * 32u + local.x + 16u];
      for (var half = 0u; half < 2u; half++) {
        let x = left_128[k * 32u + local.y + half * 16u];
        let at = half * 8u;
        partial[at] = partial[at] + x.x * y0;
        partial[at + 1u] = partial[at + 1u] + x.y * y0;
        partial[at + 2u] = partial[at + 2u] + x.z * y0;
        partial[at + 3u] = partial[at + 3u] + x.w * y0;
        partial[at + 4u] = partial[at + 4u] + x.x * y1;
        partial[at + 5u] = partial[at + 5u] + x.y * y1;
        partial[at + 6u] = partial[at + 6u] + x.z * y1;
        partial[at + 7u] = partial[at + 7u] + x.w * y1;
      }
    }
    if ((start + DEPTH_128) % CHUNK == 0u || start + DEPTH_128 == shape.t_pad) {
      for (var r = 0u; r < 16u; r++) {
        total[r] = total[r] + partial[r];
        partial[r] = vec4f();
      }
    }
    workgroupBarrier();
  }
  let mirrored = shape.symmetric == 1u && tile.x != tile.y;
  for (var block = 0u; block < 4u; block++) {
    let at = block * 4u;
    store_block(
      tile.x * 32u + local.y + (block / 2u) * 16u, tile.y * 32u + local.x + (block % 2u) * 16u, mirrored,
      total[at], total[at + 1u], total[at + 2u], total[at + 3u],
    );
  }
}

// --- finish: the matrix and its invalid bits, a thread for 32 cells of a row ----------------------

@group(0) @binding(4) var<storage, read> cross: array<f32>;
@group(0) @binding(5) var<storage, read> sum: array<f32>;    // Σ w x over common samples, [i][j] of x_i
@group(0) @binding(6) var<storage, read> square: array<f32>; // Σ w x², the same
@group(0) @binding(7) var<storage, read> mass: array<f32>;   // Σ w over common samples
@group(0) @binding(8) var<storage, read> valid: array<u32>;
@group(0) @binding(9) var<storage, read_write> matrix: array<f32>;
@group(0) @binding(10) var<storage, read_write> invalid: array<u32>;

struct Cell { rho: f32, usable: bool }

fn put(i: u32, j: u32, cell: Cell) {
  var value = select(0.0, clamp(cell.rho, -1.0, 1.0), cell.usable);
  if (i == j) { value = 1.0; }
  matrix[i * shape.n + j] = value;
}

// Every usable row has all samples: it has bits or it has none.
fn complete(i: u32, j: u32) -> Cell {
  let both = valid[i * shape.words] != 0u && valid[j * shape.words] != 0u;
  return Cell(cross[i * shape.n_pad + j], both && shape.samples >= MIN_SAMPLES);
}

// cov / √(v_i v_j) over the samples that both rows have. No test for NaN: w is made harmless instead.
fn pairwise(i: u32, j: u32) -> Cell {
  var in_both = 0u;
  for (var word = 0u; word < shape.words; word++) {
    in_both += countOneBits(valid[i * shape.words + word] & valid[j * shape.words + word]);
  }
  let ij = i * shape.n_pad + j;
  let ji = j * shape.n_pad + i;
  let enough = in_both >= MIN_SAMPLES;
  let w = select(1.0, mass[ij], enough);
  let si = sum[ij];
  let sj = sum[ji];
  let qi = square[ij];
  let qj = square[ji];
  let vi = qi - (si * si) / w;
  let vj = qj - (sj * sj) / w;
  let usable = enough && vi > qi * FLAT && vj > qj * FLAT;
  let rho = (cross[ij] - (si * sj) / w) / (sqrt(select(1.0, vi, usable)) * sqrt(select(1.0, vj, usable)));
  return Cell(rho, usable);
}

@compute @workgroup_size(64)
fn finish_complete(@builtin(global_invocation_id) id: vec3u) {
  let row_words = (shape.n + 31u) / 32u;
  let word = id.x + shape.first * 64u;
  if (word >= shape.n * row_words) { return; }
  let i = word / row_words;
  let first = (word % row_words) * 32u;
  var bits = 0u;
  for (var j = first; j < min(first + 32u, shape.n); j++) {
    let cell = complete(i, j);
    put(i, j, cell);
    bits |= select(1u << (j - first), 0u, cell.usable);
  }
  invalid[word] = bits;
}

@compute @workgroup_size(64)
fn finish_pairwise(@builtin(global_invocation_id) id: vec3u) {
  let row_words = (shape.n + 31u) / 32u;
  let word = id.x + shape.first * 64u;
  if (word >= shape.n * row_words) { return; }
  let i = word / row_words;
  let first = (word % row_words) * 32u;
  var bits = 0u;
  for (var j = first; j < min(first + 32u, shape.n); j++) {
    let cell = pairwise(i, j);
    put(i, j, cell);
    bits |= select(1u << (j - first), 0u, cell.usable);
  }
  invalid[word] = bits;
}
