/**
 * NumPy's own file of one array (NEP 1, version 1.0), as np.load reads it: a magic string, the length of a
 * text that describes the array, padded to 64 bytes, and the numbers row by row, little-endian.
 */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const ALIGN = 64;

/** What stands before the numbers of an array of f32 of this shape. */
export function npyHeader(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((MAGIC.length + 2 + text.length + 1) / ALIGN) * ALIGN;
  const header = new Uint8Array(length).fill(0x20);
  header.set(MAGIC);
  new DataView(header.buffer).setUint16(MAGIC.length, length - MAGIC.length - 2, true);
  header.set(new TextEncoder().encode(text), MAGIC.length + 2);
  header[length - 1] = 0x0a;
  return header;
}

/** The numbers, as the file has them whatever this machine's order of bytes. */
export function littleEndian(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return bytes;
}
