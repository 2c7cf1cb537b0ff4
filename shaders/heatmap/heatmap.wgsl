// Colours the visible part of the matrix into pixels. Whole numbers throughout (a level of ρ, a place
// in the palette, cells in 2^-18), so that the CPU twin gives the same bits on every adapter.

const FRACTION_BITS = 18u;
const ONE_CELL = 262144; // 2^18
const GRID_PIXELS = 6;
const LEVELS = 1024;
const DIMMED = 2049;
const GRID = 4098;
const HATCH = 4099;
const HATCH_GROUND = 4100;

struct View {
  width: u32,
  height: u32,
  x: i32,    // cell at the left top corner, in 2^-18
  y: i32,
  step: i32, // cells a pixel, in 2^-18
  threshold: i32, // level below which a cell is dimmed
  n: i32,
  unused: i32,
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> matrix: array<f32>;
@group(0) @binding(2) var<storage, read> invalid: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> palette: array<u32>;
@group(0) @binding(5) var<storage, read_write> pixels: array<u32>;

// First cell that a pixel shows.
fn first_cell(origin: i32, pixel: i32) -> i32 {
  return (origin + pixel * view.step) >> FRACTION_BITS;
}

// Last one: the first itself unless a pixel holds several.
fn last_cell(origin: i32, pixel: i32) -> i32 {
  if (view.step <= ONE_CELL) { return first_cell(origin, pixel); }
  return (origin + (pixel + 1) * view.step - 1) >> FRACTION_BITS;
}

// ρ as a level, −1024 … 1024: exact, a product by a power of two, then truncated.
fn level_of(rho: f32) -> i32 {
  return i32(rho * 1024.0);
}

// Place in the palette of the strongest of a pixel's cells; the earlier one if two are as strong.
fn strongest(rows: vec2i, columns: vec2i, hatched: bool) -> i32 {
  var best = -1;
  var level = 0;
  for (var r = rows.x; r <= rows.y; r++) {
    let i = order[r];
    let row = i * u32(view.n);
    let row_bits = i * ((u32(view.n) + 31u) / 32u);
    for (var c = columns.x; c <= columns.y; c++) {
      let j = order[c];
      if ((invalid[row_bits + j / 32u] & (1u << (j % 32u))) != 0u) { continue; }
      let candidate = level_of(matrix[row + j]);
      if (abs(candidate) > best) {
        best = abs(candidate);
        level = candidate;
      }
    }
  }
  if (best < 0) { return select(HATCH_GROUND, HATCH, hatched); }
  return LEVELS + level + select(0, DIMMED, best < view.threshold);
}

@compute @workgroup_size(8, 8)
fn colour(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= view.width || id.y >= view.height) { return; }
  let px = i32(id.x);
  let py = i32(id.y);
  let at = id.y * view.width + id.x;
  let columns = vec2i(max(first_cell(view.x, px), 0), min(last_cell(view.x, px), view.n - 1));
  let rows = vec2i(max(first_cell(view.y, py), 0), min(last_cell(view.y, py), view.n - 1));
  if (columns.x > columns.y || rows.x > rows.y) {
    pixels[at] = 0u; // beside the matrix: transparent
    return;
  }
  let edge = first_cell(view.x, px - 1) != columns.x || first_cell(view.y, py - 1) != rows.x;
  if ((view.step - 1) * GRID_PIXELS < ONE_CELL && edge) {
    pixels[at] = palette[GRID];
    return;
  }
  pixels[at] = palette[strongest(rows, columns, ((px + py) & 7) < 2)];
}
