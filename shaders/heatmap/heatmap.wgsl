// Colours a part of the visible matrix into pixels, read from its pyramid (pyramid.wgsl). Whole numbers
// throughout, so that the CPU twin gives the same bits on every adapter.

const HATCH = 4102u;
const GRID = 4103u;

struct View {
  width: u32,
  height: u32,
  x: i32,      // cell at the left top corner, in 2^-bits
  y: i32,
  step: i32,   // cells a pixel, in 2^-bits
  shift: u32,  // from 2^-bits of a cell to blocks of the level that is read
  side: i32,   // of that level
  words: u32,  // a row of it
  offset: u32, // word with which it begins
  grid: u32,   // 1: cells are large enough for lines between them
  phase: u32,  // of the hatch, at the left top corner
  out: u32,    // pixel with which it begins
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var<storage, read_write> pixels: array<u32>;

// First block that begins in a pixel or, of blocks larger than it, the one in which it lies.
fn first_block(at: i32, up: i32, shift: u32) -> i32 {
  return (at + up) >> shift;
}

fn key_at(row: u32, column: u32) -> u32 {
  return (keys[row + (column >> 1u)] >> ((column & 1u) << 4u)) & 0xffffu;
}

// A thread colours so many pixels one below the other: what their column says is the same for all of them,
// and a software adapter pays more for a thread than for a pixel, and for each look at a uniform.
const RUN = 16;

// Cells that are a pixel or larger.
@compute @workgroup_size(64)
fn colour_cells(@builtin(global_invocation_id) id: vec3u) {
  colour(id, false);
}

// Blocks of cells, of which a pixel holds one or two each way.
@compute @workgroup_size(64)
fn colour_blocks(@builtin(global_invocation_id) id: vec3u) {
  colour(id, true);
}

// `several` is known where a pipeline is made: a software adapter walks both ways of a branch.
fn colour(id: vec3u, several: bool) {
  let width = view.width;
  if (id.x >= width) { return; }
  let step = view.step;
  let shift = view.shift;
  let grid = !several && view.grid == 1u;
  let words = view.words;
  let offset = view.offset;
  let most = view.side - 1;
  let up = select(0, (1 << shift) - 1, several);

  let x = view.x + i32(id.x) * step;
  let first_column = first_block(x, up, shift);
  let left = max(first_column, 0);
  let right = min(select(first_column, first_block(x + step, up, shift) - 1, several), most);
  let inside = left <= right;
  let on_line = grid && first_block(x - step, up, shift) != left;
  let c0 = u32(left);
  let c1 = u32(right);
  let ground = colours[GRID];

  let top = id.y * u32(RUN);
  let height = min(u32(RUN), view.height - top);
  var y = view.y + i32(top) * step;
  var before = first_block(y - step, up, shift);
  var first = first_block(y, up, shift);
  var out = view.out + top * width + id.x;
  var phase = id.x + top + view.phase;
  for (var k = 0u; k < height; k++) {
    y += step;
    let next = first_block(y, up, shift);
    let upper = max(first, 0);
    let lower = min(select(first, next - 1, several), most);
    var pixel = 0u; // beside the matrix: transparent
    if (inside && upper <= lower) {
      if (on_line || (grid && before != upper)) {
        pixel = ground;
      } else {
        let r0 = offset + u32(upper) * words;
        var key = key_at(r0, c0);
        if (several) {
          // Of one block these are the same key again.
          let r1 = offset + u32(lower) * words;
          key = max(max(key, key_at(r0, c1)), max(key_at(r1, c0), key_at(r1, c1)));
        }
        pixel = colours[select(key, HATCH, key == 0u && (phase & 7u) < 2u)];
      }
    }
    pixels[out] = pixel;
    out += width;
    phase += 1u;
    before = first;
    first = next;
  }
}
