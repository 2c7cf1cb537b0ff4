// Colours the visible part of the matrix into pixels, read from its pyramid (pyramid.wgsl). Whole numbers
// throughout, so that the CPU twin gives the same bits on every adapter.

const HATCH = 4102u;
const GRID = 4103u;

struct View {
  width: u32,
  height: u32,
  x: i32,      // cell at the left top corner, in 2^-bits
  y: i32,
  step: i32,   // cells a pixel, in 2^-bits
  several: u32, // 1: a pixel holds more than one cell
  shift: u32,  // from 2^-bits of a cell to blocks of the level that is read
  side: i32,   // of that level
  words: u32,  // a row of it
  offset: u32, // word with which it begins
  grid: u32,   // 1: cells are large enough for lines between them
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> colours: array<u32>;
@group(0) @binding(3) var<storage, read_write> pixels: array<u32>;

// First block of a pixel: the one it lies in, or of several the first that begins in it.
fn first_block(origin: i32, pixel: i32) -> i32 {
  let at = origin + pixel * view.step;
  return (at + select(0, (1 << view.shift) - 1, view.several == 1u)) >> view.shift;
}

fn last_block(origin: i32, pixel: i32) -> i32 {
  if (view.several == 0u) { return first_block(origin, pixel); }
  return first_block(origin, pixel + 1) - 1;
}

fn strongest(rows: vec2i, columns: vec2i) -> u32 {
  var best = 0u;
  for (var r = rows.x; r <= rows.y; r++) {
    let row = view.offset + u32(r) * view.words;
    for (var c = columns.x; c <= columns.y; c++) {
      let pair = keys[row + u32(c) / 2u];
      best = max(best, select(pair & 0xffffu, pair >> 16u, (c & 1) == 1));
    }
  }
  return best;
}

// A thread colours so many pixels one below the other: what their column says is the same for all of them,
// and a software adapter pays more for a thread than for a pixel.
const RUN = 16;

@compute @workgroup_size(64)
fn colour(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= view.width) { return; }
  let px = i32(id.x);
  let columns = vec2i(max(first_block(view.x, px), 0), min(last_block(view.x, px), view.side - 1));
  let on_line = view.grid == 1u && first_block(view.x, px - 1) != columns.x;
  let top = i32(id.y) * RUN;
  let bottom = min(top + RUN, i32(view.height));
  var first = first_block(view.y, top);
  var before = first_block(view.y, top - 1);
  for (var py = top; py < bottom; py++) {
    let next = first_block(view.y, py + 1);
    let last = select(first, next - 1, view.several == 1u);
    let rows = vec2i(max(first, 0), min(last, view.side - 1));
    var pixel = 0u; // beside the matrix: transparent
    if (columns.x <= columns.y && rows.x <= rows.y) {
      if (on_line || (view.grid == 1u && before != rows.x)) {
        pixel = colours[GRID];
      } else {
        let key = strongest(rows, columns);
        pixel = colours[select(key, HATCH, key == 0u && ((px + py) & 7) < 2)];
      }
    }
    pixels[u32(py) * view.width + id.x] = pixel;
    before = first;
    first = next;
  }
}
